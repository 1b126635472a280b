// Imported first: the loggers read these when they are made, and thousands of lines would hide what a test says.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';

export {};
