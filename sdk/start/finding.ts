/** A finding of the preflight checks. */
export interface Finding {
  /** Whether it must be remedied before the application can work; otherwise it may be transient. */
  readonly isBlocking: boolean;
  readonly message: string;
}
