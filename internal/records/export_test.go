package records

import "context"

// BatchSize is how many records make a full batch.
const BatchSize = batchSize

// WriteUnheard writes the oldest batch as if nobody had heard the commit's answer.
func (w *Writer) WriteUnheard(ctx context.Context) error {
	batch, lost := w.oldest()
	w.unsure = len(batch)
	return w.write(ctx, batch, lost)
}
