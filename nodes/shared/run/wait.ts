/**
 * Resolves after so many milliseconds, or at once when the signal aborts; look at the signal
 * afterwards. `setTimeout` is not for community nodes, and n8n's `sleep` cannot be cut short.
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
	if (ms <= 0 || signal?.aborted) return;
	const timer = AbortSignal.timeout(Math.ceil(ms));
	await new Promise<void>((resolve) => {
		const done = () => {
			timer.removeEventListener('abort', done);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		timer.addEventListener('abort', done);
		signal?.addEventListener('abort', done);
	});
}
