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
