"use client";

import { useRef, type FormEvent } from "react";
import type { TaskState } from "./useTasks";

/** The form that adds a task. Its fields keep what was typed until it is saved. */
export function NewTask({ state }: { state: TaskState }) {
  const title = useRef<HTMLInputElement>(null);
  const isBusy = state.busy.has("new");

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const form = event.currentTarget;
    const data = new FormData(form);
    const isSaved = await state.create(String(data.get("title")), String(data.get("note")).trim());
    if (isSaved) form.reset();
    title.current?.focus();
  }

  return (
    <form onSubmit={submit} className="card new" aria-label="New task" noValidate>
      <label htmlFor="title">New task</label>
      <div className="row">
        <input id="title" name="title" ref={title} autoComplete="off" enterKeyHint="done" placeholder="What is to be done?" />
        <button type="submit" className="primary" aria-disabled={isBusy}>
          Add
        </button>
      </div>
      <details>
        <summary>Add a note</summary>
        <label htmlFor="note">Note</label>
        <textarea id="note" name="note" rows={3} />
      </details>
    </form>
  );
}
