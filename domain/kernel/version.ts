/** The position of a recorded item in its history; the condition of its next write (optimistic lock). */
export interface Version {
  /** 1, 2, 3 … */
  readonly seq: number;
  /** of its latest audit event */
  readonly eventHash: string;
}
