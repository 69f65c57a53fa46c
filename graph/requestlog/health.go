package requestlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

const (
	// staleAfter is when two cycles of Entra's, which come every 40 minutes, are missed.
	staleAfter = 80 * time.Minute
	// failingShare is the share of failures of a cycle from which Entra gives a job up.
	failingShare = 0.4
)

// ReadHealth reads what the writer of request records maintains of directories.
func ReadHealth(ctx context.Context, client *ent.Client, directories []uuid.UUID) (map[uuid.UUID]*ent.DirectoryHealth, error) {
	rows, err := client.DirectoryHealth.Query().Where(directoryhealth.DirectoryIDIn(directories...)).All(ctx)
	byDirectory := make(map[uuid.UUID]*ent.DirectoryHealth, len(rows))
	for _, row := range rows {
		byDirectory[row.DirectoryID] = row
	}
	return byDirectory, err
}

// Health tells how the provisioning of a directory goes at a time, from what
// is maintained of it; row is nil where there was no request yet.
func Health(row *ent.DirectoryHealth, now time.Time) *model.DirectoryHealth {
	if row == nil {
		return &model.DirectoryHealth{Status: model.HealthStatusNeverConnected, Hours: lastDay(nil, now)}
	}
	h := &model.DirectoryHealth{
		LastRequestAt: row.LastRequestAt, LastSuccessAt: row.LastSuccessAt, LastErrorAt: row.LastErrorAt,
		Hours: lastDay(row.Hours, now), LastCycle: row.LatestCycle, Status: model.HealthStatusNeverConnected,
	}
	h.ErrorRate24h = errorRate(h.Hours)
	latest := row.LatestCycle
	if latest == nil || row.LastRequestAt == nil {
		return h
	}
	if now.Sub(latest.EndedAt) < schematype.CyclePause {
		h.CurrentCycle, h.LastCycle = latest, row.PreviousCycle
	}
	switch {
	case now.Sub(*row.LastRequestAt) > staleAfter:
		h.Status = model.HealthStatusStale
	case float64(latest.Failed) > failingShare*float64(latest.Requests):
		h.Status = model.HealthStatusFailing
	case latest.Failed > 0:
		h.Status = model.HealthStatusDegraded
	default:
		h.Status = model.HealthStatusHealthy
	}
	return h
}

// hoursShown is the last day, as far as its hours are counted.
const hoursShown = 24

// lastDay are the hours up to now, of which only those with requests are counted.
func lastDay(counted []schematype.HourCount, now time.Time) []schematype.HourCount {
	day := make([]schematype.HourCount, hoursShown)
	first := now.UTC().Truncate(time.Hour).Add(-(hoursShown - 1) * time.Hour)
	for i := range day {
		day[i].Hour = first.Add(time.Duration(i) * time.Hour)
	}
	for _, h := range counted {
		if i := h.Hour.Sub(first) / time.Hour; i >= 0 && i < hoursShown {
			day[i] = h
		}
	}
	return day
}

// errorRate is the share of the requests of some hours that failed.
func errorRate(hours []schematype.HourCount) float64 {
	var requests, failed int64
	for _, h := range hours {
		requests, failed = requests+h.Requests, failed+h.Failed
	}
	if requests == 0 {
		return 0
	}
	return float64(failed) / float64(requests)
}
