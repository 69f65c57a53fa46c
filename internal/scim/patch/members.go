package patch

import (
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// A StepKind is what a Step does.
type StepKind string

// The kinds of step.
const (
	SetAttributes  StepKind = "attributes" // apply Operations to the group
	AddMembers     StepKind = "add"        // Members become members
	RemoveMembers  StepKind = "remove"     // Members are no longer members
	ReplaceMembers StepKind = "replace"    // Members are the members, nobody else
	ClearMembers   StepKind = "clear"      // the group has no members
)

// A Step is a part of a change to a group: to its attributes or to its
// members, never both.
type Step struct {
	Kind       StepKind
	Operations []Operation // of SetAttributes
	Members    []string    // ids, each once; never empty in a step that needs them
}

// SplitMembers takes the operations on a group apart, so that its members
// change without being read. The steps are to be done in order; neighbours
// of the same kind are already joined. The error is an *Error.
func SplitMembers(ops []Operation) ([]Step, []Ignored, error) {
	if len(ops) > MaxOperations {
		return nil, nil, errorf(InvalidValue, "more than %d operations", MaxOperations)
	}
	var s splitter
	for _, op := range ops {
		if err := s.operation(op); err != nil {
			return nil, nil, err
		}
	}
	return s.finish()
}

// MemberIDs lists the ids in the value of members: objects with a value, bare
// texts, or one of these alone. Empty ones are left out. The error is an
// *Error of type InvalidValue.
func MemberIDs(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if len(list) > MaxMembers {
		return nil, errorf(InvalidValue, "more than %d members", MaxMembers)
	}
	var ids []string
	for _, item := range list {
		if object, ok := item.(map[string]any); ok && !empty(object) {
			if item = member(object, "value"); item == nil {
				return nil, errorf(InvalidValue, "a member without value")
			}
		}
		if empty(item) {
			continue
		}
		id, ok := item.(string)
		if !ok {
			return nil, errorf(InvalidValue, "members.value must be a string")
		}
		if err := storable("members.value", id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

type splitter struct {
	steps []Step
	report
}

func (s *splitter) operation(op Operation) error {
	if err := op.check(); err != nil {
		return err
	}
	if op.Path == "" {
		object, ok := alone(op.Value).(map[string]any)
		if !ok {
			return errorf(InvalidValue, "the value of an operation without path must be an object")
		}
		rest, found, err := takeMembers(object)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			s.attributes(Operation{Op: op.Op, Value: rest})
		}
		for _, f := range found {
			if err := s.members(op.Op, f.path, f.value); err != nil {
				return err
			}
		}
		return nil
	}
	path, err := parsePath(schema.Groups, op.Path)
	if err != nil && beginsMembers(op.Path) {
		return errorf(InvalidPath, "path: %v", err)
	}
	if err == nil && isMembers(path) {
		return s.members(op.Op, path, op.Value)
	}
	s.attributes(op)
	return nil
}

func isMembers(path filter.Path) bool {
	t, ok := schema.Groups.Lookup(path.Attribute.URN, path.Attribute.Name, "")
	return ok && t.Extension == "" && t.Name == "members"
}

type membersKey struct {
	path  filter.Path
	value any
}

// takeMembers separates the keys of an object that are paths to members from
// the rest, also where the object is nested under the URN of the core schema.
func takeMembers(object map[string]any) (rest map[string]any, found []membersKey, err error) {
	rest = make(map[string]any, len(object))
	for _, key := range names(object) {
		value := object[key]
		path, err := parsePath(schema.Groups, key)
		if err != nil && beginsMembers(key) {
			return nil, nil, errorf(InvalidPath, "%s: %v", shown(key), err)
		}
		if err == nil && isMembers(path) {
			found = append(found, membersKey{path, value})
			continue
		}
		if inner, ok := alone(value).(map[string]any); ok && schema.Groups.IsCore(key) {
			innerRest, innerFound, err := takeMembers(inner)
			if err != nil {
				return nil, nil, err
			}
			value, found = innerRest, append(found, innerFound...)
		}
		rest[key] = value
	}
	return rest, found, nil
}

// members turns one operation on members into a step.
func (s *splitter) members(op Op, path filter.Path, value any) error {
	if sub := path.Attribute.Sub; sub != "" && !strings.EqualFold(sub, "value") {
		if schema.Group.Attribute("members").SubAttribute(sub) == nil {
			return errorf(InvalidPath, "members have no %s", shown(sub))
		}
		s.ignore(path.String(), ReadOnly) // the rest of a member follows from its id
		return nil
	}
	given, err := MemberIDs(value)
	if err != nil {
		return err
	}
	if path.Filter != nil {
		return s.selected(op, path, given)
	}
	switch {
	case op == Replace && len(given) < count(value):
		return errorf(InvalidValue, "a member without value") // who would leave, or take all along
	case op == Add:
		s.step(AddMembers, given)
	case op == Remove && !unsaid(value):
		s.step(RemoveMembers, given) // only these: Entra's default dialect
	case op == Replace && len(given) > 0:
		s.step(ReplaceMembers, given)
	default:
		s.steps = append(s.steps, Step{Kind: ClearMembers})
	}
	return nil
}

// count is how many members a value means.
func count(value any) int {
	if list, ok := value.([]any); ok {
		return len(list)
	}
	if unsaid(value) {
		return 0
	}
	return 1
}

func (s *splitter) attributes(op Operation) {
	if last := s.last(SetAttributes); last != nil {
		last.Operations = append(last.Operations, op)
		return
	}
	s.steps = append(s.steps, Step{Kind: SetAttributes, Operations: []Operation{op}})
}

func (s *splitter) step(kind StepKind, ids []string) {
	if len(ids) == 0 {
		return
	}
	if last := s.last(kind); last != nil && kind != ReplaceMembers {
		last.Members = append(last.Members, ids...)
		return
	}
	s.steps = append(s.steps, Step{Kind: kind, Members: ids})
}

// last is the last step if it is of the kind, else nil.
func (s *splitter) last(kind StepKind) *Step {
	if n := len(s.steps); n > 0 && s.steps[n-1].Kind == kind {
		return &s.steps[n-1]
	}
	return nil
}

// finish leaves each id once in a step and counts them.
func (s *splitter) finish() ([]Step, []Ignored, error) {
	total := 0
	for i := range s.steps {
		step := &s.steps[i]
		if total += len(step.Members); total > MaxMembers {
			return nil, nil, errorf(InvalidValue, "more than %d members", MaxMembers)
		}
		step.Members = distinct(step.Members)
	}
	return s.steps, s.ignored, nil
}

func distinct(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	var out []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
