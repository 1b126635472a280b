import { logFailedPart } from '../kernel/telemetry.ts';

/** Collects the errors of independent parts: the failure of one part does not stop the others. */
export class ErrorCollector {
  readonly #errors: unknown[] = [];

  /** Runs one part and collects its error. @param about name of the part in the log, where it is one of many */
  async attempt(work: () => Promise<void>, about?: string): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (about) logFailedPart(about, error);
      this.#errors.push(error);
    }
  }

  get isEmpty(): boolean {
    return this.#errors.length === 0;
  }

  /** @throws AggregateError when any part has failed, so that the function fails and its alarm is raised */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, `${this.#errors.length} parts failed`);
  }
}
