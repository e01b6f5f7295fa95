// Validates the objects of Prometheus' operator and of Argo Rollouts by the types of their APIs.
//
//   node custom.mjs OBJECTS    where OBJECTS is what check.py wrote
//
// The types say nothing of fields that they do not know, which the API server drops in silence. But what a type
// knows, its validation reads: a field that it never reads is unknown.
import { readFileSync } from "node:fs";
import * as argo from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1";
import * as v1 from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as v1alpha1 from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1";
import * as v1beta1 from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1beta1";

const TYPES = {
  "argoproj.io/v1alpha1": argo,
  "monitoring.coreos.com/v1": v1,
  "monitoring.coreos.com/v1alpha1": v1alpha1,
  "monitoring.coreos.com/v1beta1": v1beta1,
};

function watched(value, path, read) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "string" && Object.hasOwn(target, key)) read.add(`${path}.${key}`);
      return watched(target[key], `${path}.${String(key)}`, read);
    },
  });
}

function paths(value, path = "") {
  if (value === null || typeof value !== "object") return [];
  return Object.keys(value).flatMap((key) => [`${path}.${key}`, ...paths(value[key], `${path}.${key}`)]);
}

function faults(document) {
  const Type = TYPES[document.apiVersion]?.[document.kind];
  if (!Type) return [`there is no ${document.apiVersion} ${document.kind}`];
  const read = new Set();
  try {
    Type.prototype.validate.call(watched(document, "", read));
  } catch (error) {
    return [error.message];
  }
  // An array is read by its length and its items; metadata is Kubernetes' own. Routes inside a route have the
  // route's type, but the API declares them as free JSON, because a schema cannot refer to itself.
  const free = [".metadata.", ".spec.route.routes."];
  const checked = paths(document).filter((path) => !free.some((start) => path.startsWith(start)));
  const unread = checked.filter((path) => !read.has(path));
  return unread.filter((path) => !unread.some((other) => path.startsWith(`${other}.`))).map((path) => `no type knows ${path}`);
}

const base = { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor", metadata: { name: "x" } };
for (const [what, endpoint] of [["a wrong type", { port: 1 }], ["an unknown field", { prot: "metrics" }]]) {
  const found = faults({ ...base, spec: { selector: {}, podMetricsEndpoints: [endpoint] } });
  if (found.length === 0) throw new Error(`${what} is believed`);
}
const right = faults({ ...base, spec: { selector: { matchLabels: { a: "b" } }, podMetricsEndpoints: [{ port: "metrics" }] } });
if (right.length > 0) throw new Error(`a right object is refused: ${right}`);

const objects = JSON.parse(readFileSync(process.argv[2], "utf8"));
let count = 0;
for (const { place, document } of objects) {
  for (const fault of faults(document)) {
    count += 1;
    console.error(`${place} ${document.kind}: ${fault}`);
  }
}
console.log(`custom kinds: ${objects.length} objects, ${count} faults`);
if (count > 0) process.exit(1);
