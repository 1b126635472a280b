import { logFailedPart } from '../kernel/telemetry.ts';

/** Keeps the failures of work in parts: one part that fails does not keep the others from being done. */
export class ErrorCollector {
  readonly #errors: unknown[] = [];

  /** @param about names the part in the log, where it can be one of many */
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

  /** @throws AggregateError when any part has failed, so that the function's alarm hears of it */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, `${this.#errors.length} parts failed`);
  }
}
