import { PageTelemetry } from "../components/PageTelemetry";
import { NAME_RULE } from "../shared/user";

export default async function Home({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const isRefused = "refused" in (await searchParams);
  return (
    <main className="card">
      <PageTelemetry page="/" />
      <h1>Tasks</h1>
      <p>Whose tasks do you want to see?</p>
      <form action="/go" method="get" className="who">
        <label htmlFor="user">Your name</label>
        <div className="row">
          <input id="user" name="user" required maxLength={64} pattern="[A-Za-z0-9_\-]{1,64}" title={NAME_RULE} autoComplete="username" autoCapitalize="none" spellCheck={false} aria-describedby="rule" aria-invalid={isRefused} />
          <button type="submit" className="primary">
            Show tasks
          </button>
        </div>
        {isRefused && (
          <p role="alert" className="notice bad">
            This name cannot be used.
          </p>
        )}
        <p id="rule" className="quiet">
          {NAME_RULE} There is no password: this is an example.
        </p>
      </form>
    </main>
  );
}
