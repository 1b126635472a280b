import { alertMeanings } from '../alert-reasons.ts';
import type { Subject } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import type { RecordedAlert } from './alert.ts';
import type { AlertedThing, AlertMeaning } from './alert-meanings.ts';

/** An SNS subject line is ASCII and has fewer than 100 characters (SNS API reference, Publish). */
const subjectLength = 99;

/**
 * Returns the notice of an alert: a subject line and a text for people, the same as JSON for programs, attributes for filter policies.
 * The same alert gives the same notice: a subscriber recognizes a repeated delivery by its id.
 * @param stage name of the deployment stage; undefined where the function has no such setting
 */
export function noticeOf(alert: RecordedAlert, stage: string | undefined) {
  const { id, org, reason, subject, detail, firstAt, seenAt, seenBy } = alert;
  const { severity, title }: AlertMeaning = alertMeanings[reason];
  const kind = kindOf(subject);
  const about = [subject, detailInWords(detail)].filter(Boolean).join(', ');
  return {
    subject: `${stage ? `[${stage}] ` : ''}${title}: ${about}`.slice(0, subjectLength),
    text: textOf(alert, stage),
    json: {
      id,
      ...(stage && { stage }),
      org,
      reason,
      severity,
      subject,
      ...(detail && { detail }),
      firstAt: isoTime(firstAt),
      ...(seenBy && { seenBy }),
      ...(seenAt && { seenAt: isoTime(seenAt) }),
      document: documentOf(reason),
    },
    attributes: { id, reason, severity, org, kind, ...(stage && { stage }) },
  };
}

function textOf(
  { id, org, reason, subject, detail, firstAt, seenAt, seenBy }: RecordedAlert,
  stage: string | undefined,
) {
  const { severity, happened, means, action }: AlertMeaning = alertMeanings[reason];
  const lines = [
    capitalized(happened(inWords(subject, detail))),
    '',
    `Severity    ${severity}`,
    `Subject     ${subject}`,
    detail && `Detail      ${detail}`,
    `Since       ${isoTime(firstAt)}`,
    seenBy && seenAt && `Reported    by application ${org}/${seenBy}, which saw it at ${isoTime(seenAt)}`,
    stage && `Stage       ${stage}`,
    '',
    `What it means: ${means}`,
    `What to do: ${action}`,
    '',
    `More: ${documentOf(reason)}, and license-server call list-alerts --reason ${reason}`,
    `Done: license-server call acknowledge-alert --alert-id ${id}`,
    '',
    'You get one of these for each subject, reason and UTC day; repeats are counted on the alert.',
  ];
  return lines.filter(line => line !== undefined).join('\n');
}

function documentOf(reason: string): string {
  return `docs/alerts.md#${reason}`;
}

/** Returns `site` of `site:hub-…`. */
function kindOf(subject: Subject): string {
  return subject.slice(0, subject.indexOf(':'));
}

/** Phrases for each kind of subject. */
const things: Readonly<Record<string, (name: string) => Omit<AlertedThing, 'detail'>>> = {
  site: name => ({ holder: `site ${name}`, key: `the key of site ${name}` }),
  enterprise: name => ({ holder: `enterprise ${name}`, key: `the certificate of enterprise ${name}` }),
  'enterprise-key': text => {
    const name = text.replace('/', ' for application ');
    return { holder: `enterprise ${name}`, key: `the key of enterprise ${name}` };
  },
};

function inWords(subject: Subject, detail = ''): AlertedThing {
  const kind = kindOf(subject);
  const name = subject.slice(kind.length + 1);
  const { holder, key } = things[kind]?.(name) ?? { holder: `${kind} ${name}`, key: `the key of ${kind} ${name}` };
  return { holder, key, detail: detailInWords(detail) };
}

/** Returns a detail for readers: `generation 2` for `generation-2`, `5 days` for `5-days`; a quarter keeps its dash. */
function detailInWords(detail = ''): string {
  return detail.replace(/^generation-|-(?=days?$)/, found => found.replace('-', ' '));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
