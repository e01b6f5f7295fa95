"use client";

import { useMemo, useState } from "react";
import { tasksOf, type Answer } from "../browser/api";
import type { Action } from "../shared/actions";
import type { Problem, Task } from "../shared/task";
import { inWords, type Typed } from "../shared/words";

export interface Notice {
  readonly kind: "good" | "bad";
  readonly text: string;
}

export type Listed = { tasks: Task[] } | { problem: Problem };

export interface TaskState {
  readonly tasks: readonly Task[] | undefined;
  readonly notice: Notice | undefined;
  /** The tasks that wait for an answer; `new` is the one in the form. */
  readonly busy: ReadonlySet<number | "new" | "list">;
  reload(): Promise<boolean>;
  create(title: string, description: string): Promise<boolean>;
  /** Returns whether the task has left the list of those to do. */
  complete(task: Task): Promise<boolean>;
  remove(task: Task): Promise<boolean>;
}

/** The tasks of a user, and what can be done with them. */
export function useTasks(user: string, listed: Listed): TaskState {
  const api = useMemo(() => tasksOf(user), [user]);
  const [tasks, setTasks] = useState<readonly Task[] | undefined>("tasks" in listed ? listed.tasks : undefined);
  const [notice, setNotice] = useState<Notice | undefined>("problem" in listed ? bad("list_tasks", listed.problem) : undefined);
  const [busy, setBusy] = useState<TaskState["busy"]>(new Set());

  /** Does one thing at a time with each task. The notice of what was done before goes away. */
  async function act<T>(key: number | "new" | "list", action: Action, ask: () => Promise<Answer<T>>, good: (value: T) => string | undefined, typed?: Typed): Promise<Answer<T>> {
    setBusy((before) => new Set(before).add(key));
    setNotice(undefined);
    const answer = await ask();
    setBusy((before) => new Set([...before].filter((one) => one !== key)));
    if ("problem" in answer) {
      setNotice(bad(action, answer.problem, typed));
    } else {
      const text = good(answer.value);
      if (text !== undefined) setNotice({ kind: "good", text });
    }
    return answer;
  }

  const replace = (id: number, by: readonly Task[]): void => setTasks((before) => before?.flatMap((task) => (task.id === id ? by : [task])));
  const isGone = (answer: Answer<unknown>): boolean => "problem" in answer && answer.problem.error_type === "not_found";

  return {
    tasks,
    notice,
    busy,
    async reload() {
      return "value" in (await act("list", "list_tasks", api.list, (all) => (setTasks(all), undefined)));
    },
    async create(title, description) {
      const answer = await act("new", "create_task", () => api.create(title, description), (task) => {
        setTasks((before) => [task, ...(before ?? [])]);
        return `Added “${task.title}”.`;
      }, { title, note: description });
      return "value" in answer;
    },
    async complete(task) {
      const answer = await act(task.id, "complete_task", () => api.complete(task.id), (done) => {
        replace(task.id, [done]);
        return `Completed “${task.title}”.`;
      });
      const wasDone = "problem" in answer && answer.problem.error_type === "already_completed";
      if (isGone(answer)) replace(task.id, []);
      if (wasDone) replace(task.id, [{ ...task, completed: true }]);
      return "value" in answer || wasDone || isGone(answer);
    },
    async remove(task) {
      const answer = await act(task.id, "delete_task", () => api.remove(task.id), () => {
        replace(task.id, []);
        return `Deleted “${task.title}”.`;
      });
      if (isGone(answer)) replace(task.id, []);
      return "value" in answer || isGone(answer);
    },
  };
}

function bad(action: Action, problem: Problem, typed?: Typed): Notice {
  return { kind: "bad", text: inWords(action, problem, typed) };
}
