import type { Runtime } from '../kernel/runtime.ts';

/** Settings of every AWS SDK client. Endpoints come from `AWS_ENDPOINT_URL_*`. @param answerMs @default as for any service */
export function clientSettings({ waits }: Pick<Runtime, 'waits'>, answerMs = waits.answerMs) {
  return {
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: waits.connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      // The time-out of the request ends with the head of the answer: a body that stops arriving would be waited for without end.
      socketTimeout: answerMs,
    },
  };
}
