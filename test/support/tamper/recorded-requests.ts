import { expect } from '@jest/globals';
import { type OperationId, operations } from '../../../lambdas/operations.ts';
import type { Operation } from '../../../lambdas/platform/area.ts';
import { examples, keyOf } from '../../platform/operations/examples.ts';
import type { Stage } from '../../platform/operations/operations-fixture.ts';
import { stateOfTable } from '../../platform/request/table-content.ts';
import {
  genuineRequest,
  header,
  ids,
  send,
  type WireAnswer,
  type WireRequest,
  withHeader,
} from '../../platform/request/wire.ts';
import { otherSpelling } from './chains.ts';

export const signedIds = ids.filter(id => operations[id].contract.auth === 'signature');

/** A genuine request that was never sent. */
export async function unsent(stage: Stage, id: OperationId): Promise<WireRequest> {
  return await genuineRequest(stage.server, id, await examples[id].input(stage), keyOf(stage, id));
}

export interface Recorded {
  readonly id: OperationId;
  readonly request: WireRequest;
  readonly answer: WireAnswer;
}

/** What an attacker in the network records: a request that was answered, and its answer. */
export async function recorded(stage: Stage, id: OperationId): Promise<Recorded> {
  const request = await unsent(stage, id);
  const answer = await send(stage.server, request);
  expect(answer).toMatchObject({ status: operations[id].contract.status });
  return { id, request, answer };
}

/** The table is the same before and after, but for nonces. */
export async function changesNothing(work: () => Promise<void>): Promise<void> {
  const before = await stateOfTable();
  await work();
  expect(await stateOfTable()).toEqual(before);
}

/** A problem less what names the request and the moment: what an attacker could learn from. */
export function face({ status, body }: WireAnswer): unknown {
  const { instance: _instance, serverTime: _serverTime, ...rest } = body;
  return { ...rest, status };
}

/** The one face of every request that is not believed. */
export const notBelieved = {
  status: 401,
  type: 'urn:license-server:problem:signature-invalid',
  title: 'The request signature is missing or invalid',
  detail:
    'The request signature is missing or invalid. Sign it as docs/clients.md describes, with a registered key and a correct clock.',
  code: 'signature-invalid',
};

export function expectNotBelieved(answer: WireAnswer, at: number): void {
  expect(face(answer)).toEqual(notBelieved);
  expect(Date.parse(String(answer.body.serverTime))).toBe(at * 1000);
}

/** What holds a key or people is answered once. */
export function isAnsweredOnce(id: OperationId): boolean {
  const { contract }: Operation = operations[id];
  return contract.effect === 'key' || contract.effect === 'refresh' || contract.isAudited === true;
}

/** An exact replay inside the window: a read reads again, a change is remembered, a key is never handed out again. */
export function expectReplayed(again: WireAnswer, { id, answer }: Recorded, at: number): void {
  if (isAnsweredOnce(id)) expectNotBelieved(again, at);
  else expect(withoutSignatures(again)).toBe(withoutSignatures(answer));
}

/** Tokens are signed again for each answer, so only their claims are compared. */
function withoutSignatures(answer: WireAnswer): string {
  return JSON.stringify(answer).replace(/([\w-]{20,}\.[\w-]{20,})\.[\w-]{86}/g, '$1');
}

/** The request with (r, n − s) in the place of its ECDSA signature (r, s). */
export function respelledRequest(request: WireRequest): WireRequest {
  const [, text = ''] = /^sig=:(.*):$/.exec(header(request, 'signature')) ?? [];
  const signature = otherSpelling(Buffer.from(text, 'base64'));
  return withHeader(request, 'signature', `sig=:${signature.toString('base64')}:`);
}
