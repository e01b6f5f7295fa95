// A page that shows a Perses dashboard: `show(dashboard)`. Its data sources are paths of the page's own server.
import { createRoot } from "react-dom/client";
import { ThemeProvider } from "@mui/material";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router-dom";
import { QueryParamProvider } from "use-query-params";
import { WindowHistoryAdapter } from "use-query-params/adapters/window";
import { ChartsProvider, SnackbarProvider, generateChartsTheme, getTheme } from "@perses-dev/components";
import { PluginRegistry, dynamicImportPluginLoader } from "@perses-dev/plugin-system";
import { ViewDashboard } from "@perses-dev/dashboards";
import * as prometheus from "@perses-dev/prometheus-plugin";
import * as loki from "@perses-dev/loki-plugin";
import * as timeSeries from "@perses-dev/timeseries-chart-plugin";
import * as stat from "@perses-dev/stat-chart-plugin";
import * as table from "@perses-dev/table-plugin";

const plugins = [prometheus, loki, timeSeries, stat, table];
const loader = dynamicImportPluginLoader(
  plugins.map((plugin) => ({ resource: plugin.getPluginModule(), importPlugin: async () => plugin })),
);
const theme = getTheme("light");
const charts = generateChartsTheme(theme, {});
const source = (name, kind, spec) => ({
  kind: "GlobalDatasource",
  metadata: { name },
  spec: { default: true, plugin: { kind, spec: { directUrl: `/${name}`, ...spec } } },
});
const sources = [
  source("prometheus", "PrometheusDatasource", { scrapeInterval: "2s" }),
  source("loki", "LokiDatasource", {}),
];
const datasourceApi = {
  getDatasource: async () => undefined,
  listDatasources: async () => [],
  getGlobalDatasource: async ({ kind }) => sources.find((one) => one.spec.plugin.kind === kind),
  listGlobalDatasources: async (kind) => sources.filter((one) => !kind || one.spec.plugin.kind === kind),
};

let root;
window.show = (dashboard) => {
  root?.unmount();
  // The dashboard reads the time range and the variables from the address, and writes them there.
  history.replaceState(null, "", "/?start=5m");
  root = createRoot(document.getElementById("root"));
  root.render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: 0 } } })}>
      <BrowserRouter>
        <ThemeProvider theme={theme}>
          <ChartsProvider chartsTheme={charts}>
            <SnackbarProvider>
              <PluginRegistry
                pluginLoader={loader}
                defaultPluginKinds={{ Panel: "TimeSeriesChart", TimeSeriesQuery: "PrometheusTimeSeriesQuery" }}
              >
                <QueryParamProvider adapter={WindowHistoryAdapter}>
                  <ViewDashboard
                    dashboardResource={dashboard}
                    dashboardTitleComponent={dashboard.spec.display.name}
                    datasourceApi={datasourceApi}
                    isReadonly
                    isVariableEnabled
                  />
                </QueryParamProvider>
              </PluginRegistry>
            </SnackbarProvider>
          </ChartsProvider>
        </ThemeProvider>
      </BrowserRouter>
    </QueryClientProvider>,
  );
};
