"use client";

import { useRef } from "react";
import { NewTask } from "./NewTask";
import { TaskItem } from "./TaskItem";
import { useTasks, type Listed } from "./useTasks";

/** A user's tasks: those to do, and those that are done. */
export function TaskList({ user, listed }: { user: string; listed: Listed }) {
  const state = useTasks(user, listed);
  const heading = useRef<HTMLHeadingElement>(null);
  const toDo = state.tasks?.filter((task) => !task.completed) ?? [];
  const done = state.tasks?.filter((task) => task.completed) ?? [];
  const focusHeading = (): void => heading.current?.focus();
  const reload = async (): Promise<void> => {
    if (await state.reload()) focusHeading();
  };

  return (
    <>
      <NewTask state={state} />
      <div className="notices">
        <div role="status">{state.notice?.kind === "good" && <p className="notice good">{state.notice.text}</p>}</div>
        <div role="alert">{state.notice?.kind === "bad" && <p className="notice bad">{state.notice.text}</p>}</div>
      </div>
      <section aria-labelledby="to-do">
        <h2 id="to-do" ref={heading} tabIndex={-1}>
          To do{state.tasks && <span className="count"> {toDo.length}</span>}
        </h2>
        {state.tasks === undefined ? (
          <p>
            <button type="button" onClick={() => void reload()} aria-disabled={state.busy.has("list")}>
              Load again
            </button>
          </p>
        ) : toDo.length === 0 ? (
          <p className="quiet">Nothing to do. Add your first task above.</p>
        ) : (
          <ul className="tasks" aria-labelledby="to-do">
            {toDo.map((task) => (
              <TaskItem key={task.id} task={task} state={state} onLeft={focusHeading} />
            ))}
          </ul>
        )}
      </section>
      {done.length > 0 && (
        <section aria-labelledby="done">
          <h2 id="done">
            Done<span className="count"> {done.length}</span>
          </h2>
          <ul className="tasks" aria-labelledby="done">
            {done.map((task) => (
              <TaskItem key={task.id} task={task} state={state} onLeft={focusHeading} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
