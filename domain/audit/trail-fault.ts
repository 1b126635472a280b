/** The faults of a copy of the audit trail, with the text of the verdict. */
export const faultKinds = {
  'month-missing': 'the month is missing: there are sealed months before and after it',
  'months-cut': 'sealed months are missing: the trail begins or ends at another month than its seals state',
  'seal-missing': 'the month has no seal',
  'seal-unreadable': 'the seal is not a seal of this month',
  'seal-replaced': 'the seal was replaced: the later seal, or the noted digest, has another digest',
  'file-missing': 'a sealed file is missing',
  'file-inserted': 'there is a file for a bucket that has no events by its seal',
  'file-changed': 'the file is not the sealed one, though its events are',
  'hashes-replaced': 'the list of hashes is not the sealed one',
  'event-changed': 'the event was changed',
  'event-removed': 'the event was removed',
  'event-inserted': 'the event was inserted',
  'event-moved': 'the events are in another order',
  'tail-cut': 'the end of the subject was cut off from this event on',
  'subject-removed': 'all events of the subject were removed',
  'event-misplaced': 'the event belongs to another month or bucket',
  'chain-broken': 'the event does not follow the one before it: one of the two was changed',
} as const;
export type FaultKind = keyof typeof faultKinds;

/** The position of an event, as far as it is known. */
export interface EventPlace {
  readonly subject?: string | undefined;
  readonly seq?: number | undefined;
}

/** The first fault of a trail. */
export interface TrailFault extends EventPlace {
  readonly what: FaultKind;
  readonly month: string;
  readonly bucket?: string | undefined;
}
