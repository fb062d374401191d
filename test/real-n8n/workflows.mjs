/**
 * A webhook that answers with the image of the prompt it was sent.
 *
 * @param {string} credentialId
 */
export const promptToImage = (credentialId) => ({
	name: 'Prompt to image',
	nodes: [
		{
			id: 'webhook',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			position: [0, 0],
			webhookId: 'prompt-to-image',
			parameters: {
				httpMethod: 'POST',
				path: 'prompt-to-image',
				responseMode: 'lastNode',
				responseData: 'firstEntryBinary',
				responseBinaryPropertyName: 'data',
			},
		},
		{
			id: 'generate',
			name: 'GPT Image Generate',
			type: 'n8n-nodes-gpt-image.gptImageGenerate',
			typeVersion: 1,
			position: [220, 0],
			credentials: { gptImageApi: { id: credentialId, name: 'Stand-in' } },
			parameters: {
				prompt: '={{ $json.body.prompt }}',
				size: '={{ $json.body.size }}',
				quality: 'low',
				options: { outputFormat: '={{ $json.body.format }}' },
			},
		},
	],
	connections: {
		Webhook: { main: [[{ node: 'GPT Image Generate', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
});

/**
 * A list of prompts and an image of each.
 *
 * @param {string} credentialId
 * @param {{ name: string, prompts: string[], options?: object, settings?: object }} order
 *   `settings` of the node that makes the images, such as `retryOnFail`
 */
export const promptsToImages = (credentialId, { name, prompts, options = {}, settings = {} }) => ({
	name,
	nodes: [
		{
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: 'list',
			name: 'List',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [220, 0],
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ prompts }) },
		},
		{
			id: 'rows',
			name: 'Rows',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [440, 0],
			parameters: { fieldToSplitOut: 'prompts', options: {} },
		},
		{
			id: 'images',
			name: 'Images',
			type: 'n8n-nodes-gpt-image.gptImageGenerate',
			typeVersion: 1,
			position: [660, 0],
			credentials: { gptImageApi: { id: credentialId, name: 'Stand-in' } },
			parameters: { prompt: '={{ $json.prompts }}', quality: 'low', options },
			...settings,
		},
	],
	connections: {
		Start: { main: [[{ node: 'List', type: 'main', index: 0 }]] },
		List: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
		Rows: { main: [[{ node: 'Images', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
});
