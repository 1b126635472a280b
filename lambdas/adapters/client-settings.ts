/** Short waits: a caller that must try again learns it inside API Gateway's 29 seconds. Endpoints come from `AWS_ENDPOINT_URL_*`. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};
