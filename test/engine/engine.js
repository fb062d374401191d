/** Runs the built nodes in n8n-core's own execution engine, as n8n loads and runs them. */
const { getEventListeners } = require('node:events');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { Container } = require('@n8n/di');
const {
	BinaryDataConfig,
	BinaryDataService,
	Credentials,
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	PackageDirectoryLoader,
	WorkflowExecute,
} = require('n8n-core');
const {
	createRunExecutionData,
	ICredentialsHelper,
	NodeHelpers,
	Workflow,
} = require('n8n-workflow');

/** @typedef {import('n8n-workflow').INodeExecutionData} Item */
/** @typedef {import('n8n-workflow').IBinaryData} IBinaryData */
/** @typedef {import('n8n-workflow').IRunExecutionData} IRunExecutionData */

/**
 * @typedef {object} Order
 * @property {string} node name of the node type, such as `gptImageGenerate`
 * @property {import('n8n-workflow').INodeParameters} [parameters]
 * @property {Item[]} [items] input; default: one empty item
 * @property {Item[][]} [moreRuns] inputs of further runs of the node, as a loop gives it
 * @property {{ name: string, items: Item[] }} [earlier] a node that has run before this one
 * @property {import('n8n-workflow').ICredentialDataDecryptedObject} [credential]
 * @property {Partial<import('n8n-workflow').INode>} [settings] such as `onError` or `retryOnFail`
 * @property {'separate' | 'combined'} [binaryMode]
 * @property {import('n8n-workflow').WorkflowExecuteMode} [mode]
 * @property {IRunExecutionData} [resume] the data of a failed run, to retry it as n8n does
 * @property {string} [executionId]
 */

/**
 * @typedef {object} Result
 * @property {string} status
 * @property {Item[]} items of the first output
 * @property {Item[][]} outputs
 * @property {import('n8n-workflow').ExecutionError | undefined} error
 * @property {import('n8n-workflow').NodeExecutionHint[]} hints
 * @property {IRunExecutionData} data what n8n would store
 */

const ROOT = path.join(__dirname, '..', '..');
const NODE_NAME = 'Images';

/** @type {Promise<PackageDirectoryLoader> | undefined} */
let loading;

async function loadPackage() {
	loading ??= (async () => {
		const loader = new PackageDirectoryLoader(ROOT);
		await loader.loadAll();
		return loader;
	})();
	return await loading;
}

/**
 * Where n8n keeps binary files: on disk, or in the execution's own data.
 * @param {'filesystem' | 'default'} mode
 */
async function useBinaryStorage(mode) {
	const config = Container.get(BinaryDataConfig);
	config.mode = mode;
	config.localStoragePath = mkdtempSync(path.join(tmpdir(), 'gpt-image-files-'));
	await Container.get(BinaryDataService).init();
}

class TestCredentials extends ICredentialsHelper {
	/**
	 * @param {import('n8n-workflow').ICredentialType} type
	 * @param {import('n8n-workflow').ICredentialDataDecryptedObject} data
	 */
	constructor(type, data) {
		super();
		this.type = type;
		this.data = data;
	}
	getParentTypes() {
		return [];
	}
	getCredentialsProperties() {
		return [];
	}
	async getDecrypted() {
		return { ...this.data };
	}
	/**
	 * @param {import('n8n-workflow').INodeCredentialsDetails} details
	 * @param {string} type
	 */
	async getCredentials(details, type) {
		return new Credentials(details, type, '');
	}
	async preAuthentication() {
		return undefined;
	}
	async runPreAuthentication() {
		return undefined;
	}
	async updateCredentials() {}
	async updateCredentialsOauthTokenData() {}
	isCredentialUsableByNode() {
		return true;
	}
	getOAuth2Options() {
		return undefined;
	}
	/**
	 * @param {import('n8n-workflow').ICredentialDataDecryptedObject} data
	 * @param {string} _type
	 * @param {import('n8n-workflow').IHttpRequestOptions} options
	 */
	async authenticate(data, _type, options) {
		const { authenticate } = this.type;
		if (typeof authenticate !== 'function') throw new Error('authenticate is no function');
		return await authenticate(data, options);
	}
}

/**
 * @typedef {object} Execution
 * @property {Promise<Result>} done
 * @property {() => void} cancel n8n's Stop
 * @property {() => number} listeners how many wait for Stop
 */

/**
 * A workflow of one node, and what n8n gives it to run.
 * @param {Order} order
 */
async function prepare(order) {
	const loader = await loadPackage();
	const { type: nodeType } = loader.getNode(order.node);
	const { type: credentialType } = loader.getCredential('gptImageApi');
	/** @type {import('n8n-workflow').INode} */
	const node = {
		id: '1',
		name: NODE_NAME,
		type: `n8n-nodes-gpt-image.${order.node}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: order.parameters ?? {},
		...(order.credential && { credentials: { gptImageApi: { id: '1', name: 'Test' } } }),
		...order.settings,
	};
	const { earlier } = order;
	const nodes = [node, ...(earlier ? [{ ...node, name: earlier.name, id: '2' }] : [])];
	/** @type {import('n8n-workflow').IConnections} */
	const connections = earlier
		? { [earlier.name]: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } }
		: {};
	const workflow = new Workflow({
		id: 'w1',
		nodes,
		connections,
		active: false,
		nodeTypes: {
			getByName: () => nodeType,
			getByNameAndVersion: () => NodeHelpers.getVersionedNodeType(nodeType),
			getKnownTypes: () => ({}),
		},
		settings: { executionOrder: 'v1', binaryMode: order.binaryMode ?? 'separate' },
	});
	const mode = order.mode ?? 'manual';
	const executionId = order.executionId ?? '1';
	const now = new Date();
	const hooks = new ExecutionLifecycleHooks(mode, executionId, {
		id: 'w1',
		name: 'Test',
		nodes,
		connections,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		settings: workflow.settings,
	});
	/** @type {Promise<import('n8n-workflow').IRun>} */
	const finished = new Promise((resolve) =>
		hooks.addHandler('workflowExecuteAfter', async (run) => resolve(run)),
	);
	const url = 'http://localhost/';
	const additionalData = /** @type {import('n8n-workflow').IWorkflowExecuteAdditionalData} */ (
		/** @type {unknown} */ ({
			hooks,
			executionId,
			credentialsHelper: new TestCredentials(credentialType, order.credential ?? {}),
			currentNodeExecutionIndex: 0,
			restApiUrl: url,
			instanceBaseUrl: url,
			formWaitingBaseUrl: url,
			webhookBaseUrl: url,
			webhookWaitingBaseUrl: url,
			webhookTestBaseUrl: url,
			variables: {},
			setExecutionStatus() {},
		})
	);
	return { node, nodeType, workflow, mode, additionalData, finished };
}

/**
 * Starts a workflow of one node.
 * @param {Order} order
 * @returns {Promise<Execution>}
 */
async function start(order) {
	const { node, workflow, mode, additionalData, finished } = await prepare(order);
	const { earlier } = order;
	const data =
		order.resume ??
		createRunExecutionData({
			...(earlier && { resultData: { runData: { [earlier.name]: [taskOf(earlier.items)] } } }),
			executionData: {
				nodeExecutionStack: [order.items ?? [{ json: {} }], ...(order.moreRuns ?? [])].map(
					(items) => ({ node, data: { main: [items] }, source: null }),
				),
			},
		});
	const execution = new WorkflowExecute(additionalData, mode, data);
	const running = execution.processRunExecutionData(workflow);
	running.catch(() => {});
	// @ts-expect-error n8n keeps it to itself
	const { signal } = execution.abortController;
	return {
		done: finished.then(resultOf),
		cancel: () => running.cancel(),
		listeners: () => getEventListeners(signal, 'abort').length,
	};
}

/**
 * What n8n keeps of a node that has run.
 * @param {Item[]} items
 * @returns {import('n8n-workflow').ITaskData}
 */
const taskOf = (items) => ({
	startTime: 0,
	executionTime: 0,
	executionIndex: 0,
	executionStatus: 'success',
	source: [],
	data: { main: [items] },
});

/**
 * @param {import('n8n-workflow').IRun} run
 * @returns {Result}
 */
function resultOf(run) {
	const task = run.data.resultData.runData[NODE_NAME]?.at(-1);
	const outputs = (task?.data?.main ?? []).map((items) => items ?? []);
	return {
		status: run.status,
		items: outputs[0] ?? [],
		outputs,
		error: task?.error ?? run.data.resultData.error,
		hints: task?.hints ?? [],
		data: run.data,
	};
}

/**
 * Runs a workflow of one node to its end.
 * @param {Order} order
 */
async function runNode(order) {
	const { done } = await start(order);
	return await done;
}

/**
 * The data of a failed run as n8n stores it and makes it ready for a retry from the list of
 * executions (n8n's ExecutionService.retry).
 * @param {Result} failed
 * @returns {IRunExecutionData}
 */
function retryDataOf(failed) {
	/** @type {IRunExecutionData} */
	const data = JSON.parse(JSON.stringify(failed.data));
	delete data.resultData.error;
	const runs = data.resultData.runData[NODE_NAME];
	if (runs?.at(-1)?.error) runs.pop();
	return data;
}

/**
 * Deletes the files of an execution, as n8n does with old ones.
 * @param {string} executionId
 */
async function deleteFilesOf(executionId) {
	const location = { type: /** @type {const} */ ('execution'), workflowId: 'w1', executionId };
	await Container.get(BinaryDataService).deleteMany([location]);
}

/**
 * The list that the editor shows for a parameter, as n8n asks the node for it.
 * @param {Order} order
 * @param {string} method
 * @param {string} [filter] what the builder typed
 */
async function searchList(order, method, filter) {
	const { node, nodeType, workflow, additionalData } = await prepare(order);
	const search = NodeHelpers.getVersionedNodeType(nodeType).methods?.listSearch?.[method];
	if (!search) throw new Error(`${order.node} has no list search ${method}`);
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	return await search.call(context, filter);
}

/**
 * The bytes of a binary field, wherever n8n keeps them.
 * @param {IBinaryData | undefined} binary
 * @returns {Promise<Buffer>}
 */
async function bytesOf(binary) {
	if (!binary) throw new Error('there is no binary in this field');
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}

/**
 * A binary field as an earlier node of the workflow would leave it.
 * @param {Buffer} bytes
 * @param {{ fileName?: string, mimeType?: string }} [meta]
 * @returns {Promise<IBinaryData>}
 */
async function storeBinary(bytes, meta = {}) {
	return await Container.get(BinaryDataService).store(
		{ type: 'execution', workflowId: 'w1', executionId: '1' },
		bytes,
		{ data: '', mimeType: meta.mimeType ?? '', ...(meta.fileName && { fileName: meta.fileName }) },
	);
}

module.exports = {
	bytesOf,
	deleteFilesOf,
	loadPackage,
	retryDataOf,
	runNode,
	searchList,
	start,
	storeBinary,
	useBinaryStorage,
};
