import { expect } from '@jest/globals';
import { problems, refusalCodes } from '../../../lambdas/problems.ts';
import type { WireAnswer } from './wire.ts';

/** A refusal as every client may rely on: 4xx, problem+json, a known code with its own status. */
export function expectRefusal({ status, headers, body }: WireAnswer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  const code = refusalCodes.find(known => known === body.code);
  if (!code) throw new Error(`an unknown code: ${body.code}`);
  expect(body).toMatchObject({
    type: `urn:license-server:problem:${code}`,
    title: problems[code].title,
    status: problems[code].status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^urn:request:/),
  });
  expect(status).toBe(problems[code].status);
}

/** Bad input: also where it is bad. @param under a JSON pointer that every error lies under */
export function expectBadInput(answer: WireAnswer, under: string): void {
  expectRefusal(answer);
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  const errors = Array.isArray(answer.body.errors) ? answer.body.errors : [];
  expect(errors.length).toBeGreaterThan(0);
  for (const { pointer, detail } of errors) {
    expect(String(pointer).startsWith(under) ? under : pointer).toBe(under);
    expect(String(detail).length).toBeGreaterThan(0);
    expect(String(detail).length).toBeLessThan(300);
  }
}
