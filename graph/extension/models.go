package extension

import (
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The names of GraphQL for what extensions consist of.
var (
	attributeTypes = map[schema.Type]model.SchemaAttributeType{
		schema.String: model.SchemaAttributeTypeString, schema.Boolean: model.SchemaAttributeTypeBoolean,
		schema.Decimal: model.SchemaAttributeTypeDecimal, schema.Integer: model.SchemaAttributeTypeInteger,
		schema.DateTime: model.SchemaAttributeTypeDateTime, schema.Reference: model.SchemaAttributeTypeReference,
		schema.Binary: model.SchemaAttributeTypeBinary,
	}
	extendedTypes = map[string]model.SchemaResourceType{
		schema.Users.Name: model.SchemaResourceTypeUser, schema.Groups.Name: model.SchemaResourceTypeGroup,
	}
)

// Models are schemas as GraphQL shows them.
func Models(list []schema.Custom) []model.SchemaExtension {
	models := make([]model.SchemaExtension, len(list))
	for i, c := range list {
		models[i] = model.SchemaExtension{
			Urn: c.ID, Name: c.Name, Description: c.Description, ResourceType: extendedTypes[c.ResourceType],
			Attributes: make([]model.SchemaAttribute, len(c.Attributes)),
		}
		for j, a := range c.Attributes {
			models[i].Attributes[j] = model.SchemaAttribute{
				Name: a.Name, Type: attributeTypes[a.Type], MultiValued: a.MultiValued, Required: a.Required,
				CaseExact: a.CaseExact, CanonicalValues: append([]string{}, a.CanonicalValues...), Description: a.Description,
			}
		}
	}
	return models
}

// FromInputs returns the schemas that inputs of GraphQL stand for.
func FromInputs(inputs []model.SchemaExtensionInput) []schema.Custom {
	list := make([]schema.Custom, len(inputs))
	for i, in := range inputs {
		list[i] = schema.Custom{ResourceType: keyOf(extendedTypes, in.ResourceType), Schema: schema.Schema{
			ID: in.Urn, Name: in.Name, Description: in.Description, Attributes: make([]schema.Attribute, len(in.Attributes)),
		}}
		for j, a := range in.Attributes {
			list[i].Attributes[j] = schema.Attribute{
				Name: a.Name, Type: keyOf(attributeTypes, a.Type), MultiValued: a.MultiValued, Required: a.Required,
				CaseExact: a.CaseExact, CanonicalValues: a.CanonicalValues, Description: a.Description,
			}
		}
	}
	return list
}

// keyOf returns the key of a value; the zero one if it has none.
func keyOf[K, V comparable](in map[K]V, value V) (key K) {
	for k, v := range in {
		if v == value {
			return k
		}
	}
	return key
}
