import { bucketOf } from '../kernel/ids.ts';
import { monthOf } from '../kernel/time.ts';
import { hashedText, type Sha256, type TrailEvent } from './trail-event.ts';
import type { TrailFault } from './trail-fault.ts';

interface Head {
  readonly seq: number;
  readonly hash: string | undefined;
}

interface Waiting {
  readonly event: TrailEvent;
  readonly month: string;
}

const beginning: Head = { seq: 0, hash: undefined };

/**
 * Follows the chain of every subject from its first event on. At the turn of a month, two changes of one subject may be in the months in
 * the other order. An event that comes early waits for the one before it.
 */
export class SubjectChains {
  readonly #sha256: Sha256;
  readonly #heads = new Map<string, Head>();
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  get subjects(): number {
    return this.#heads.size;
  }

  /** @param bucket where it was found, when that is known */
  add(event: TrailEvent, month: string, bucket = bucketOf(event.subject)): TrailFault | undefined {
    const head = this.#heads.get(event.subject) ?? beginning;
    if (this.#sha256(hashedText(event)) !== event.hash) return faultAt(event, month, 'event-changed');
    if (monthOf(event.at) !== month || bucketOf(event.subject) !== bucket)
      return { ...faultAt(event, month, 'event-misplaced'), bucket };
    if (event.seq <= head.seq) return faultAt(event, month, 'event-inserted');
    const waiting = this.#waiting.get(event.subject) ?? [];
    this.#waiting.set(
      event.subject,
      [...waiting, { event, month }].sort((a, b) => a.event.seq - b.event.seq),
    );
    return this.#follow(event.subject, head);
  }

  /** @returns the first missing event, of which later ones of its subject are there; `upTo` omits events of that month and later ones */
  gap(upTo?: string): TrailFault | undefined {
    const overdue = [...this.#waiting.values()]
      .flatMap(waiting => waiting[0] ?? [])
      .filter(({ month }) => upTo === undefined || month < upTo);
    const [first] = overdue.sort((a, b) => a.event.at - b.event.at);
    const head = first && (this.#heads.get(first.event.subject) ?? beginning);
    return first && head && faultAt({ ...first.event, seq: head.seq + 1 }, first.month, 'event-removed');
  }

  #follow(subject: string, from: Head): TrailFault | undefined {
    const waiting = this.#waiting.get(subject) ?? [];
    let head = from;
    for (let next = waiting[0]; next && next.event.seq <= head.seq + 1; next = waiting[0]) {
      waiting.shift();
      if (next.event.seq <= head.seq) return faultAt(next.event, next.month, 'event-inserted');
      if (next.event.previous !== head.hash) return faultAt(next.event, next.month, 'chain-broken');
      head = { seq: next.event.seq, hash: next.event.hash };
    }
    this.#heads.set(subject, head);
    if (waiting.length === 0) this.#waiting.delete(subject);
    return undefined;
  }
}

function faultAt({ subject, seq }: TrailEvent, month: string, what: TrailFault['what']): TrailFault {
  return { what, month, bucket: bucketOf(subject), subject, seq };
}
