"use client";

import type { Task } from "../shared/task";
import type { TaskState } from "./useTasks";

interface Props {
  readonly task: Task;
  readonly state: TaskState;
  /** Called when the task has left its list: the focus was on it, and goes somewhere else. */
  readonly onLeft: () => void;
}

export function TaskItem({ task, state, onLeft }: Props) {
  const isBusy = state.busy.has(task.id);
  const name = `task-${task.id}`;
  const complete = async (): Promise<void> => {
    if (!isBusy && (await state.complete(task))) onLeft();
  };
  const remove = async (): Promise<void> => {
    if (!isBusy && (await state.remove(task))) onLeft();
  };
  return (
    <li className={task.completed ? "task done" : "task"} aria-busy={isBusy}>
      {task.completed ? (
        <span className="mark" aria-hidden="true" />
      ) : (
        <button type="button" className="mark" aria-label={`Complete ${task.title}`} aria-disabled={isBusy} onClick={() => void complete()} />
      )}
      <div className="text">
        <p id={name} className="title">
          {task.title}
        </p>
        {task.description && <p className="quiet note">{task.description}</p>}
      </div>
      <button type="button" className="remove" aria-label={`Delete ${task.title}`} aria-disabled={isBusy} onClick={() => void remove()}>
        Delete
      </button>
    </li>
  );
}
