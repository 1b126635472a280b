import { type Seal, sealIn } from './seal.ts';
import { nextMonth } from './seal-calendar.ts';
import type { Sha256 } from './trail-event.ts';
import type { TrailFault } from './trail-fault.ts';

/** A month of a copy of `audit/<org>/`. */
export interface MonthCopy {
  /** the name of its folder */
  readonly month: string;
  /** @returns the text of a file of this month, undefined when there is none */
  read(name: string): string | undefined;
}

/** The digest of a seal, recorded outside of the copy, so that an attacker who replaces the copy cannot change it. */
export interface NotedSeal {
  readonly month: string;
  readonly sha256: string;
}

export interface SealedMonth {
  readonly month: string;
  readonly copy: MonthCopy;
  readonly seal: Seal | undefined;
  readonly digest: string;
  readonly fault: TrailFault | undefined;
}

/**
 * Reads the seals from the last to the first: each is authenticated by the one after it, and the last by a noted digest.
 * @returns the seals from the first to the last, each with its fault, if any
 */
export function readSeals(
  months: readonly MonthCopy[],
  noted: NotedSeal | undefined,
  sha256: Sha256,
): readonly SealedMonth[] {
  const copies = [...months].sort((a, b) => (a.month < b.month ? -1 : 1));
  const sealed: SealedMonth[] = [];
  /** digest that the later seal gives for this one; undefined while no later seal is verified */
  let named: string | null | undefined;
  for (const [index, copy] of [...copies.entries()].reverse()) {
    const { month } = copy;
    const text = copy.read('seal.json');
    const seal = text === undefined ? undefined : sealIn(text);
    const digest = text === undefined ? '' : sha256(text);
    const isNoted = noted?.month !== month || noted.sha256 === digest;
    const isNamed = (named === undefined || named === digest) && isNoted;
    const fault = gapBefore(copies, index) ?? faultOf({ text, seal, month, isNamed, isFirst: index === 0 });
    sealed.unshift({ month, copy, seal, digest, fault });
    named = fault ? undefined : seal?.previous;
  }
  return sealed;
}

function gapBefore(copies: readonly MonthCopy[], index: number): TrailFault | undefined {
  const before = copies[index - 1];
  if (!before || nextMonth(before.month) === copies[index]?.month) return undefined;
  return { what: 'month-missing', month: nextMonth(before.month) };
}

interface Read {
  readonly text: string | undefined;
  readonly seal: Seal | undefined;
  readonly month: string;
  readonly isNamed: boolean;
  readonly isFirst: boolean;
}

function faultOf({ text, seal, month, isNamed, isFirst }: Read): TrailFault | undefined {
  if (text === undefined) return { what: 'seal-missing', month };
  if (seal?.month !== month) return { what: 'seal-unreadable', month };
  if (!isNamed) return { what: 'seal-replaced', month };
  return isFirst && seal.previous !== null ? { what: 'months-cut', month } : undefined;
}
