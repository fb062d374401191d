import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

export class GptImageApi implements ICredentialType {
	name = 'gptImageApi';

	displayName = 'GPT Image API';

	icon: Icon = { light: 'file:../icons/gptImage.svg', dark: 'file:../icons/gptImage.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-gpt-image/n8n-nodes-gpt-image/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'options',
			options: [
				{ name: 'Azure AI Foundry', value: 'azure' },
				{ name: 'OpenAI', value: 'openAi' },
				{ name: 'OpenAI-Compatible', value: 'compatible' },
			],
			default: 'openAi',
			description: 'Who makes the images',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. sk-proj-...',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			displayOptions: { show: { provider: ['azure', 'compatible'] } },
			default: '',
			required: true,
			placeholder: 'e.g. https://my-resource.openai.azure.com/openai/v1',
			description: 'Address of the API up to and including /v1',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			displayOptions: { hide: { provider: ['azure'] } },
			default: '',
			placeholder: 'e.g. org-...',
			description: 'Needed only when your key belongs to several organizations',
		},
		{
			displayName: 'Project ID',
			name: 'projectId',
			type: 'string',
			displayOptions: { hide: { provider: ['azure'] } },
			default: '',
			placeholder: 'e.g. proj_...',
			description: 'Needed only to count usage in another project than that of the key',
		},
	];

	/** Azure takes the key in `api-key`; OpenAI and compatible servers as a bearer token. */
	async authenticate(
		{ provider, apiKey, organizationId, projectId }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const headers =
			provider === 'azure'
				? { 'api-key': apiKey }
				: {
						Authorization: `Bearer ${String(apiKey)}`,
						...(organizationId ? { 'OpenAI-Organization': organizationId } : {}),
						...(projectId ? { 'OpenAI-Project': projectId } : {}),
					};
		return { ...request, headers: { ...request.headers, ...headers } };
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ $credentials.provider === "openAi" ? "https://api.openai.com/v1" : $credentials.baseUrl.replace(/\\/+$/, "") }}',
			url: '/models',
			disableFollowRedirect: true,
		},
	};
}
