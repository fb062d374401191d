import type { ExpressionError } from 'n8n-workflow';

/** What went wrong, for a workflow to branch on. */
export type ErrorKind =
	| 'moderation'
	| 'rateLimit'
	| 'quota'
	| 'auth'
	| 'verification'
	| 'invalidRequest'
	| 'invalidInput'
	| 'timeout'
	| 'server'
	| 'network'
	| 'budget'
	| 'cancelled';

/** The `details` of a failed item. */
export interface ErrorDetails {
	readonly kind: ErrorKind;
	/** HTTP status of the answer; absent when there was none. */
	readonly status?: number;
	/** The API's own error code and the request field it names. */
	readonly code?: string;
	readonly param?: string;
	readonly requestId?: string;
	/** Whether sending the same request again may help. */
	readonly retryable: boolean;
	/** Whether the image may have been made, and so paid for, without reaching n8n. */
	readonly mayHaveBeenBilled: boolean;
	/** Requests sent for this row. */
	readonly attempts: number;
	/** What the builder can do about it. */
	readonly hint: string;
}

export const EARLIER_MAY_BE_BILLED =
	'An earlier request for this row ended without an answer and may have been billed.';

/** What a row had sent before: a request that may have been billed stays so, whatever comes after. */
export type EarlierRequests = Pick<ErrorDetails, 'attempts' | 'mayHaveBeenBilled'>;

/** Every failure of a row, whatever its cause; `run/` turns it into n8n's shape. */
export class ImageError extends Error {
	override readonly name = 'ImageError';

	/** Moment from which the API will take requests again, in milliseconds since 1970. */
	readonly retryAt?: number;

	/** The input item it is about, where a row is made of several. */
	readonly itemIndex?: number;

	constructor(
		message: string,
		readonly details: ErrorDetails,
		options: { readonly retryAt?: number; readonly itemIndex?: number } = {},
	) {
		super(message);
		this.retryAt = options.retryAt;
		this.itemIndex = options.itemIndex;
	}

	/** The same failure, told apart from those of the other items that make up its row. */
	inItem(itemIndex: number): ImageError {
		return new ImageError(this.message, this.details, { ...this, itemIndex });
	}

	/** The same failure as the last of several requests for a row. */
	following({ attempts, mayHaveBeenBilled }: EarlierRequests): ImageError {
		const { details } = this;
		const onlyEarlier = mayHaveBeenBilled && !details.mayHaveBeenBilled;
		const all: ErrorDetails = {
			...details,
			attempts: attempts + details.attempts,
			mayHaveBeenBilled: mayHaveBeenBilled || details.mayHaveBeenBilled,
			hint: onlyEarlier ? `${details.hint} ${EARLIER_MAY_BE_BILLED}` : details.hint,
		};
		return new ImageError(this.message, all, this);
	}
}

/** A parameter or an input item that cannot work; nothing was sent. */
export function invalidInput(message: string, hint: string, param?: string): ImageError {
	return new ImageError(message, {
		kind: 'invalidInput',
		param,
		retryable: false,
		mayHaveBeenBilled: false,
		attempts: 0,
		hint,
	});
}

/** The run would cost more than the builder allows; nothing was sent. */
export function overBudget(message: string, hint: string, param: string): ImageError {
	return new ImageError(message, {
		kind: 'budget',
		param,
		retryable: false,
		mayHaveBeenBilled: false,
		attempts: 0,
		hint,
	});
}

/** Anything else that was thrown while a row was read or sent, such as by an expression. */
export function imageErrorOf(error: unknown): ImageError {
	if (error instanceof ImageError) return error;
	const { message, description, context } = error as Partial<ExpressionError>;
	const where = context?.parameter
		? ` in '${String(context.parameter)}'`
		: "s in the node's fields";
	const hint = description ?? `Check the expression${where}.`;
	return invalidInput(message ?? String(error), hint);
}

/** For filters: everything but failures. */
export const isNoFailure = <T>(value: T | ImageError): value is T => !(value instanceof ImageError);
