//! A log as JSON, as far as it is read: foreign documents may hold more.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct LogWire {
    pub(super) version: String,
    #[serde(default)]
    pub(super) runs: Option<Vec<RunWire>>,
}

#[derive(Deserialize)]
pub(super) struct RunWire {
    pub(super) tool: ToolWire,
    #[serde(default)]
    pub(super) results: Option<Vec<ResultWire>>,
    #[serde(default)]
    pub(super) invocations: Vec<InvocationWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InvocationWire {
    #[serde(default)]
    pub(super) execution_successful: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct ToolWire {
    pub(super) driver: ComponentWire,
    #[serde(default)]
    pub(super) extensions: Vec<ComponentWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ComponentWire {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) version: Option<String>,
    #[serde(default)]
    pub(super) semantic_version: Option<String>,
    #[serde(default)]
    pub(super) rules: Vec<RuleWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleWire {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) default_configuration: Option<ConfigurationWire>,
}

#[derive(Deserialize)]
pub(super) struct ConfigurationWire {
    #[serde(default)]
    pub(super) level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultWire {
    #[serde(default)]
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) rule_id: Option<String>,
    #[serde(default)]
    pub(super) rule_index: Option<i64>,
    #[serde(default)]
    pub(super) rule: Option<ReferenceWire>,
    #[serde(default)]
    pub(super) suppressions: Option<Vec<SuppressionWire>>,
    #[serde(default)]
    pub(super) baseline_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferenceWire {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) index: Option<i64>,
    #[serde(default)]
    pub(super) tool_component: Option<ToolReferenceWire>,
}

#[derive(Deserialize)]
pub(super) struct ToolReferenceWire {
    #[serde(default)]
    pub(super) index: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct SuppressionWire {
    #[serde(default)]
    pub(super) status: Option<String>,
}
