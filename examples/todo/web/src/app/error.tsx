"use client";

/** What people see when a page cannot be rendered. */
export default function PageError({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="card">
      <h1>This page does not work at the moment</h1>
      <p role="alert">The fault is ours and has been recorded. Please try again in a minute.</p>
      <button type="button" className="primary" onClick={reset}>
        Try again
      </button>
    </main>
  );
}
