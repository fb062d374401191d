/** @type {import('jest').Config} */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
	setupFiles: ['<rootDir>/test/setup.js'],
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json', '<rootDir>/n8n-host/'],
	testTimeout: 30_000,
};
