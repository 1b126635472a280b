/** A place in statement.json whose number is not what the others make it. */
export interface SumMismatch {
  /** `totals.closing.production` */
  readonly place: string;
  readonly problem: string;
}

/** @param says what makes the number another one */
export function unequal<T extends string | number | undefined>(
  place: string,
  stated: T,
  is: T,
  says: string,
): SumMismatch[] {
  return stated === is ? [] : [{ place, problem: `is ${stated}, but ${says} ${is}` }];
}
