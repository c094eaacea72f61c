//! Recognises array and scalar types by their spelling.

use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use syn::{GenericArgument, GenericParam, Generics, PathArguments, PathSegment, Type, TypePath};

/// The type parameters in scope, which count as element types (`T: Real`).
#[derive(Clone, Default, Debug)]
pub struct TypeScope {
    parameters: Vec<String>,
}

impl TypeScope {
    pub fn new<'a>(generics: impl IntoIterator<Item = &'a Generics>) -> Self {
        let parameters = generics
            .into_iter()
            .flat_map(|g| &g.params)
            .filter_map(|p| match p {
                GenericParam::Type(t) => Some(t.ident.to_string()),
                _ => None,
            })
            .collect();
        TypeScope { parameters }
    }

    /// What the written type says; references and parentheses do not matter.
    pub fn recognise(&self, ty: &Type) -> ValueType {
        match ty {
            Type::Reference(r) => self.recognise(&r.elem),
            Type::Paren(p) => self.recognise(&p.elem),
            Type::Group(g) => self.recognise(&g.elem),
            Type::Slice(s) => self.sequence(&s.elem),
            Type::Array(a) => self.sequence(&a.elem),
            Type::Path(path) => self.path(path),
            _ => ValueType::Other,
        }
    }

    /// Whether the type is a number, an array or another one that can be no object.
    pub fn is_value(&self, ty: &Type) -> bool {
        match self.recognise(ty) {
            ValueType::Scalar(DType::Generic(_)) => false,
            ValueType::Other => {
                matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| {
                    ["char", "str", "String", "i128", "u128"].iter().any(|value| name == value)
                }))
            }
            _ => true,
        }
    }

    fn sequence(&self, element: &Type) -> ValueType {
        match self.dtype(element) {
            Some(dtype) => ValueType::Array(ArrayType {
                dtype,
                rank: Rank::Static(1),
                container: Container::Slice,
            }),
            None => ValueType::Other,
        }
    }

    fn path(&self, path: &TypePath) -> ValueType {
        let Some(last) = path.path.segments.last() else {
            return ValueType::Other;
        };
        if let Some(dtype) = self.dtype_of_path(path) {
            return ValueType::Scalar(dtype);
        }
        let name = last.ident.to_string();
        if name == "RandomState" {
            return ValueType::RandomState;
        }
        let arguments = type_arguments(last);
        if name == "Vec" {
            return arguments
                .first()
                .map_or(ValueType::Other, |element| self.sequence(element));
        }
        self.array(&name, &arguments)
            .map_or(ValueType::Other, ValueType::Array)
    }

    fn array(&self, name: &str, arguments: &[&Type]) -> Option<ArrayType> {
        let (stem, container) = [
            ("ArrayViewMut", Container::View),
            ("ArrayView", Container::View),
            ("ArrayRef", Container::View),
            ("ArcArray", Container::Owned),
            ("CowArray", Container::Owned),
            ("Array", Container::Owned),
        ]
        .into_iter()
        .find(|(stem, _)| name.starts_with(stem))?;
        let dtype = self.dtype(arguments.first()?)?;
        let rank = match &name[stem.len()..] {
            "" => rank_of_dimension(arguments.get(1)?),
            "D" => Rank::Dynamic,
            digit => Rank::Static(digit.parse().ok().filter(|&r: &usize| r <= 6)?),
        };
        Some(ArrayType {
            dtype,
            rank,
            container,
        })
    }

    /// The element type that `ty` names, if it is one.
    pub fn dtype(&self, ty: &Type) -> Option<DType> {
        match ty {
            Type::Path(path) => self.dtype_of_path(path),
            Type::Paren(p) => self.dtype(&p.elem),
            Type::Group(g) => self.dtype(&g.elem),
            _ => None,
        }
    }

    fn dtype_of_path(&self, path: &TypePath) -> Option<DType> {
        if path.qself.is_some() {
            return None;
        }
        let last = path.path.segments.last()?;
        let name = last.ident.to_string();
        if path.path.segments.len() == 1 && self.parameters.contains(&name) {
            return Some(DType::Generic(name));
        }
        if name == "Complex" {
            return match self.dtype(type_arguments(last).first()?)? {
                DType::F32 => Some(DType::Complex32),
                DType::F64 => Some(DType::Complex64),
                _ => None,
            };
        }
        if !matches!(last.arguments, PathArguments::None) {
            return None;
        }
        DType::from_name(&name)
    }
}

fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter_map(|a| match a {
                GenericArgument::Type(t) => Some(t),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn rank_of_dimension(ty: &Type) -> Rank {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && let Some(digit) = last.ident.to_string().strip_prefix("Ix")
        && let Ok(rank) = digit.parse()
    {
        return Rank::Static(rank);
    }
    Rank::Dynamic
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn seen(ty: Type) -> ValueType {
        let generics: Generics = parse_quote!(<T: Real>);
        TypeScope::new([&generics]).recognise(&ty)
    }

    #[test]
    fn arrays_of_every_spelling() {
        let rank = |ty| match seen(ty) {
            ValueType::Array(a) => Some((a.dtype.to_string(), a.rank)),
            _ => None,
        };
        let one = Some(("f32".to_string(), Rank::Static(1)));
        assert_eq!(rank(parse_quote!(Array1<f32>)), one);
        assert_eq!(rank(parse_quote!(&mut ndarray::Array1<f32>)), one);
        assert_eq!(rank(parse_quote!(&ArrayRef1<f32>)), one);
        assert_eq!(rank(parse_quote!(ArrayView1<'a, f32>)), one);
        assert_eq!(rank(parse_quote!(Array<f32, Ix1>)), one);
        assert_eq!(rank(parse_quote!(&[f32])), one);
        assert_eq!(rank(parse_quote!(Vec<f32>)), one);
        assert_eq!(rank(parse_quote!([f32; 3])), one);
        assert_eq!(
            rank(parse_quote!(ArrayD<T>)),
            Some(("T".to_string(), Rank::Dynamic))
        );
        assert_eq!(
            rank(parse_quote!(Array<f64, D>)),
            Some(("f64".to_string(), Rank::Dynamic))
        );
        assert_eq!(rank(parse_quote!(Array9<f64>)), None);
        assert_eq!(rank(parse_quote!(Vec<String>)), None);
    }

    #[test]
    fn scalars_and_the_rest() {
        assert_eq!(seen(parse_quote!(f64)), ValueType::Scalar(DType::F64));
        assert_eq!(
            seen(parse_quote!(Complex<f32>)),
            ValueType::Scalar(DType::Complex32)
        );
        assert_eq!(
            seen(parse_quote!(T)),
            ValueType::Scalar(DType::Generic("T".into()))
        );
        assert_eq!(
            seen(parse_quote!(bm::random::RandomState)),
            ValueType::RandomState
        );
        assert_eq!(seen(parse_quote!(String)), ValueType::Other);
    }
}
