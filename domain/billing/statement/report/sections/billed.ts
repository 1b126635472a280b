import { isoTime, quarterEnds } from '../../../../kernel/time.ts';
import { daysBegun } from '../../../../site-licensing/usage.ts';
import { missingManifests, type Statement } from '../../statement.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import { counted, grouped, listed, longDay } from '../words.ts';

/** Returns the first section: the billed number, and how it was counted. */
export function billed(statement: Statement): Markup {
  const { quarter, from, rules, totals, org, revision, reason, createdAt, sweptUntil } = statement;
  const { opening, closing } = totals;
  const lastDay = longDay(dayBefore(statement.to));
  return markup`<header>
<p class="kicker">License statement</p>
<h1>${quarter}<span class="revision">revision r${revision}</span></h1>
<p class="period">Org <b>${org}</b>. ${longDay(from)} to ${lastDay}, UTC. Created on ${longDay(createdAt)}, ${createdAt.slice(11, 16)}; swept until ${longDay(sweptUntil)}, ${sweptUntil.slice(11, 16)}.</p>
${reason && markup`<p class="period">It replaces r${revision - 1}. Reason: ${reason.code}, ticket ${reason.ticket}.</p>`}
</header>
<section class="billed" aria-labelledby="billed-title">
<h2 id="billed-title">Invoice this number</h2>
<p class="count">${grouped(statement.billed.productionSites)}<span class="unit">${closing.production === 1 ? 'production site' : 'production sites'}</span></p>
<p>Production sites at the last instant of ${quarter}, as the server counts (counting rules, version ${rules.version}). That is ${compared(closing.production - opening.production)} the ${grouped(opening.production)} of the quarter before. ${closing.suspended > 0 && `${grouped(closing.suspended)} of the ${grouped(closing.production)} ${closing.suspended === 1 ? 'is suspended, and bills' : 'are suspended, and bill'} all the same.`}</p>
</section>
${beside(statement)}
${apart(statement)}
${beforeInvoicing(statement)}`;
}

function compared(difference: number): string {
  if (difference === 0) return 'as many as';
  return difference > 0 ? `${grouped(difference)} more than` : `${grouped(-difference)} fewer than`;
}

/** Shows peak and site-days beside the billed number: a site deleted on the last day is in the peak, but not billed. */
function beside({ quarter, totals: { usage } }: Statement): Content {
  const average = usage.siteDays / daysBegun(quarter, quarterEnds(quarter));
  return markup`<dl class="facts" id="usage" aria-label="Further numbers; these are not billed">
<div><dt>highest number at the end of a day</dt><dd>${grouped(usage.peak)}</dd></div>
<div><dt>site-days</dt><dd>${grouped(usage.siteDays)}</dd></div>
<div><dt>sites a day on average</dt><dd>${average.toFixed(1)}</dd></div>
</dl>
<p class="remark">Production sites in the course of the quarter; these numbers are not billed.</p>`;
}

/** Shows the counts that are not billed. */
function apart({ totals: { closing }, enterprises }: Statement): Content {
  const customers = new Set(enterprises.map(({ enterpriseId }) => enterpriseId)).size;
  const facts: readonly (readonly [number, string])[] = [
    [customers, 'enterprises'],
    [closing.dev, 'dev sites'],
    [closing.proxy, 'proxies'],
    [closing.dormant, 'dormant sites'],
    [closing.enterpriseKeys, 'enterprise keys'],
  ];
  return markup`<dl class="facts" aria-label="Counted separately; these are not billed">${facts.map(
    ([value, name]) => markup`<div><dt>${name}</dt><dd>${grouped(value)}</dd></div>`,
  )}</dl>
<p class="remark">Counted separately; these are not billed.</p>`;
}

/** Lists the open points to check before invoicing. */
function beforeInvoicing(statement: Statement): Content {
  const { differences, seatsExceeded } = statement;
  const missing = missingManifests(statement);
  const { peak } = statement.totals.usage;
  const points = [
    peak > statement.billed.productionSites &&
      markup`<li><b>The number was higher before the end of the quarter: ${grouped(peak)} at its highest.</b> The billed number is correct. The sites that were removed, and when, are listed under <a href="#changes">Why the number changed</a>, and by day in statement.json.</li>`,
    missing.length > 0 &&
      markup`<li><b>Manifest missing: ${listed(missing)}.</b> The number of its users is unknown, and its counts are not confirmed. The billed number is unaffected: it is the server's own count.</li>`,
    differences.length > 0 &&
      markup`<li><b>${counted(differences.length, 'figure')} of the manifests ${differences.length === 1 ? 'differs' : 'differ'} from the server.</b> Each is a line under <a href="#manifests">Manifest against server</a>.</li>`,
    seatsExceeded.length > 0 &&
      markup`<li><b>${counted(seatsExceeded.length, 'enterprise')} ${seatsExceeded.length === 1 ? 'has' : 'have'} more configuration users than agreed.</b> See <a href="#seats">Configuration users over the limit</a>.</li>`,
  ].filter(point => point !== false);
  return markup`<section class="notes" aria-labelledby="notes-title"><h2 id="notes-title">Before you invoice</h2>
${points.length > 0 ? markup`<ul>${points}</ul>` : markup`<p>Every application has sent its manifest, every number agrees, and no enterprise is over its limit.</p>`}</section>`;
}

/** @param time the first second of a day */
function dayBefore(time: string): string {
  return isoTime(Date.parse(time) / 1000 - 1);
}
