// The shapes that the todo API sends.

export interface Task {
  readonly id: number;
  readonly title: string;
  readonly description: string | null;
  readonly completed: boolean;
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly completed_at: number | null;
}

/** An error of the API or of this server, as RFC 9457 has it. */
export interface Problem {
  readonly status: number;
  /** The finite name of the error. */
  readonly error_type: string;
  readonly detail?: string;
}
