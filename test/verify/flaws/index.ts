// The flaws of all families: for each check a receiver that is wrong in exactly that way, and what must fail for it.
import { deliveryFlaws } from './delivery.js'
import type { FlawCase } from './flaw-case.js'
import { hostileFlaws } from './hostile.js'
import { httpFlaws } from './http.js'
import { lenientFlaws } from './lenient.js'
import { loadFlaws } from './load.js'
import { memoryFlaws } from './memory.js'
import { nearFlaws } from './near.js'
import { proofFlaws } from './proof.js'
import { signatureFlaws } from './signature.js'
import { storyFlaws } from './story.js'
import { toleranceFlaws } from './tolerance.js'

export const allFlaws: readonly FlawCase[] = [
  ...deliveryFlaws,
  ...signatureFlaws,
  ...nearFlaws,
  ...lenientFlaws,
  ...proofFlaws,
  ...storyFlaws,
  ...memoryFlaws,
  ...toleranceFlaws,
  ...httpFlaws,
  ...hostileFlaws,
  ...loadFlaws,
]
