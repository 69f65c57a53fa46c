package records

import "context"

// BatchSize is how many records make a full batch.
const BatchSize = batchSize

// CyclesKept is how many cycles of a directory are kept.
const CyclesKept = cyclesKept

// WriteUnacknowledged writes the oldest batch as if the answer to the commit had
// not arrived.
func (w *Writer) WriteUnacknowledged(ctx context.Context) error {
	batch, lost := w.oldest()
	w.uncertain = len(batch)
	return w.write(ctx, batch, lost)
}
