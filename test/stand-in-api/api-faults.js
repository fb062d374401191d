/** Faults ready to be used: errors of the live API that no request can provoke here by itself. */
const errors = require('./errors');

const apiFaults = {
	/** @param {number} waitMs @returns {import('./faults').Fault} */
	rateLimited(waitMs) {
		const state = { model: 'gpt-image-2', limit: 5, used: 5, requested: 1, waitMs };
		const { status, body, headers } = errors.imageRateLimit(state);
		return { status, body, headers };
	},
	/** @type {import('./faults').Fault} */
	outOfCredit: {
		status: 429,
		body: {
			error: {
				message:
					'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
				type: 'insufficient_quota',
				param: null,
				code: 'insufficient_quota',
			},
		},
	},
	/** @type {import('./faults').Fault} */
	billingLimit: {
		status: 400,
		body: {
			error: {
				message: 'Billing hard limit has been reached',
				type: 'billing_limit_user_error',
				param: null,
				code: 'billing_hard_limit_reached',
			},
		},
	},
	/** @type {import('./faults').Fault} */
	notVerified: {
		status: 403,
		body: {
			error: {
				message:
					'Your organization must be verified to use the model `gpt-image-2`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.',
				type: 'invalid_request_error',
				param: null,
				code: null,
			},
		},
	},
	/** @type {import('./faults').Fault} */
	slowDown: {
		status: 503,
		body: {
			error: {
				message: 'The engine is currently overloaded, please slow down and try again later.',
				type: 'server_error',
				param: null,
				code: 'slow_down',
			},
		},
	},
};

module.exports = { apiFaults };
