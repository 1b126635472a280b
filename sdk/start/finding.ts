/** One thing that is not as it should be. */
export interface Finding {
  /** whether somebody has to mend it; else it may pass by itself */
  readonly needsMending: boolean;
  readonly message: string;
}
