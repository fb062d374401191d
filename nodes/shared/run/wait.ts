/** Who waits for which signal: one listener serves all, however many rows pause at once. */
const sleepers = new WeakMap<AbortSignal, Set<() => void>>();

function sleepersOf(signal: AbortSignal): Set<() => void> {
	const known = sleepers.get(signal);
	if (known) return known;
	const sleeping = new Set<() => void>();
	sleepers.set(signal, sleeping);
	signal.addEventListener('abort', () => sleeping.forEach((wake) => wake()), { once: true });
	return sleeping;
}

/**
 * Resolves after so many milliseconds, or at once when the signal aborts; look at the signal
 * afterwards. `setTimeout` is not for community nodes, and n8n's `sleep` cannot be cut short.
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
	if (ms <= 0 || signal?.aborted) return;
	const timer = AbortSignal.timeout(Math.ceil(ms));
	const sleeping = signal && sleepersOf(signal);
	await new Promise<void>((resolve) => {
		const wake = () => {
			timer.removeEventListener('abort', wake);
			sleeping?.delete(wake);
			resolve();
		};
		timer.addEventListener('abort', wake);
		sleeping?.add(wake);
	});
}
