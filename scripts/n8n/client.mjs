import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { host } from './paths.mjs';

/**
 * What the editor does, without the editor: n8n's REST API, signed in as the owner.
 *
 * @typedef {Awaited<ReturnType<typeof signIn>>} Client
 */

/**
 * Signs in, and makes the owner where n8n has none yet.
 *
 * @param {string} url
 * @param {{ email: string, password: string }} owner
 */
export async function signIn(url, { email, password }) {
	let cookie = '';

	/** Sends what the editor would send, and returns the `data` of the answer. */
	async function request(method, address, body) {
		const response = await fetch(`${url}/rest${address}`, {
			method,
			headers: { cookie, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
		const answer = await response.json();
		if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${answer.message}`);
		return answer.data;
	}

	const { userManagement } = await request('GET', '/settings');
	if (userManagement.showSetupOnFirstLoad) {
		const name = { firstName: 'Demo', lastName: 'Owner' };
		await request('POST', '/owner/setup', { email, password, ...name });
	} else {
		await request('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	return {
		cookie,
		request,

		/** Saves a credential under its name, in place of the one that has it. Returns its id. */
		async saveCredential({ name, type, data }) {
			const saved = await request('GET', '/credentials');
			const same = saved.find((credential) => credential.name === name && credential.type === type);
			const { id } = same
				? await request('PATCH', `/credentials/${same.id}`, { name, type, data })
				: await request('POST', '/credentials', { name, type, data });
			return id;
		},

		/** Returns the saved workflow, or undefined. */
		async findWorkflow(id) {
			const saved = await request('GET', '/workflows');
			return saved.some((workflow) => workflow.id === id)
				? request('GET', `/workflows/${id}`)
				: undefined;
		},

		saveWorkflow: (workflow) => request('POST', '/workflows', workflow),

		/** Publishes a workflow, so that its webhooks answer. */
		activate: ({ id, versionId }) => request('POST', `/workflows/${id}/activate`, { versionId }),

		/** Runs a workflow as the editor's button does, and waits for the end of it. */
		async run({ id, nodes }) {
			const trigger = nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
			const { executionId } = await request('POST', `/workflows/${id}/run`, {
				triggerToStartFrom: { name: trigger.name },
			});
			return this.execution(executionId);
		},

		/** Waits until an execution has ended. */
		async execution(id) {
			for (;;) {
				const execution = await request('GET', `/executions/${id}`);
				if (!['new', 'running', 'waiting'].includes(execution.status))
					return { ...execution, ...unpack(execution.data) };
				await wait(500);
			}
		},
	};
}

/** n8n stores an execution with `flatted`; it is at hand where n8n is. */
function unpack(data) {
	const { parse } = createRequire(path.join(host, 'package.json'))('flatted');
	const { runData, error } = parse(data).resultData;
	return { runData, error };
}
