// What every command that lists rows of a server says: that a list was cut.
import { EmulatorError } from '../core/errors.js'

/** The first `limit` rows, and whether there are more. */
export async function firstOf<Item>(
  limit: number,
  list: (most: number) => Promise<Item[]>,
): Promise<{ items: Item[]; isCut: boolean }> {
  const items = await list(limit + 1).catch((error: unknown) => {
    // The API calls its filters what the command line calls its options, which begin with dashes.
    if (!(error instanceof EmulatorError) || error.where === undefined) throw error
    const { message, code, hint, where, issues } = error
    throw new EmulatorError(message, { code, hint, where: `--${where}`, issues })
  })
  return { items: items.slice(0, limit), isCut: items.length > limit }
}

/** The note below a list that was cut. */
export const cutNote = (limit: number) =>
  `note: there are more; these are the newest ${limit}. --limit ${limit * 2} shows twice as many.`
