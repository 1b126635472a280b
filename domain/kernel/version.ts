/** Where a recorded thing stands in its own history; given by the ledger, and what the next write of it must build on. */
export interface Version {
  /** 1, 2, 3 … */
  readonly seq: number;
  /** of its latest audit event */
  readonly eventHash: string;
}
