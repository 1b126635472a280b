/** An application was given something wrong; the message says the mend of each fault. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'Misconfigured';
    this.faults = faults;
  }
}
