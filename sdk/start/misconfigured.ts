/** An application was given something wrong; the message says the mend of each fault. */
export class Misconfigured extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[], cause?: unknown) {
    super(faults.join('\n'), { cause });
    this.name = 'Misconfigured';
    this.faults = faults;
  }
}
