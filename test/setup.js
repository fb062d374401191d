// n8n-core writes its encryption key to the user folder on first use: keep it off the person's own.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

process.env.N8N_USER_FOLDER = mkdtempSync(path.join(tmpdir(), 'gpt-image-n8n-'));
process.env.N8N_ENCRYPTION_KEY = 'test';
// It prints each failed row, and failing rows are what many tests are about.
process.env.N8N_LOG_LEVEL = 'silent';
