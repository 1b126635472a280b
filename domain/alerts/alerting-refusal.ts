import { Refusal } from '../kernel/refusal.ts';
import type { Alert } from './alert.ts';

/** A refusal that also raises an alert. */
export class AlertingRefusal extends Refusal {
  readonly alert: Alert;

  constructor(refusal: Refusal, alert: Alert) {
    super(refusal.code, refusal.message);
    this.alert = alert;
  }
}
