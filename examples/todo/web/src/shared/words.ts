// What people are told when something fails: what happened, and what they can do.

import type { Action } from "./actions";
import type { Problem } from "./task";

/** What was typed into the form. */
export interface Typed {
  readonly title: string;
  readonly note: string;
}

/** Which rule of the API is broken. The API itself says only that one is. */
function broken({ title, note }: Typed): string | undefined {
  const length = [...title.trim()].length;
  if (length < 1) return "A task needs a title.";
  if (length > 200) return `The title is too long: it has ${length} characters, and 200 are possible.`;
  if (/\p{Cc}/u.test(title)) return "The title contains characters that cannot be shown. Please type it again.";
  if ([...note].length > 2000) return "The note is too long: 2,000 characters are possible.";
  return undefined;
}

const DOING: Record<Action, string> = {
  load_page: "The page could not be loaded.",
  list_tasks: "Your tasks could not be loaded.",
  create_task: "Your task was not saved.",
  complete_task: "The task was not completed.",
  delete_task: "The task was not deleted.",
};

export function inWords(action: Action, problem: Problem, typed?: Typed): string {
  switch (problem.error_type) {
    case "not_found":
      return "This task no longer exists. It may have been deleted elsewhere.";
    case "already_completed":
      return "This task was completed before.";
    case "invalid":
      return (typed && broken(typed)) ?? `${DOING[action]} Please check what you typed.`;
    case "bad_user":
      return "There can be no user of this name.";
    case "unreachable_server":
      return `${DOING[action]} The server cannot be reached: check your connection and try again.`;
    case "timeout":
      return `${DOING[action]} The service took too long to answer. Please try again.`;
  }
  if (problem.status === 413) return `${DOING[action]} That is too much text.`;
  if (problem.status === 429) return `${DOING[action]} Too many requests: please wait a moment.`;
  if (problem.status >= 500) return `${DOING[action]} The service does not work at the moment. Please try again in a minute.`;
  return `${DOING[action]} Please reload the page and try again.`;
}
