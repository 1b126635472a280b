/** For any answer to begin, and for its next bytes to arrive. */
const answerMs = 2000;

/** Short waits: a caller that must try again is told so inside API Gateway's 29 seconds. Endpoints come from `AWS_ENDPOINT_URL_*`. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
    // The request's own time-out ends with the head of the answer: a body that stops arriving would be waited for without end.
    socketTimeout: answerMs,
  },
};
