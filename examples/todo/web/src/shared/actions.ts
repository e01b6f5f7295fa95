// What people do on a page: each is the first span of a trace. Names are finite, so a page cannot invent spans.

export const ACTIONS = {
  load_page: "load page",
  list_tasks: "list tasks",
  create_task: "create task",
  complete_task: "complete task",
  delete_task: "delete task",
} as const;
export type Action = keyof typeof ACTIONS;

/** A span of the browser as it travels to this server. */
export interface BrowserSpan {
  readonly action: Action;
  readonly trace_id: string;
  readonly span_id: string;
  /** The span of this server that rendered the page; actions have no parent. */
  readonly parent_id?: string;
  /** How long before the report it began. Clocks of browsers are wrong too often for absolute times. */
  readonly age_ms: number;
  readonly duration_ms: number;
  /** The status of the answer; 0 when there was none. */
  readonly status: number;
}

export const MOST_SPANS = 20;
