"""What is deployed is what the code says, from settings to metrics, and holds nothing secret."""

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import kubernetes_validate
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from services.platform import metrics, settings, topics
from services.platform.settings import SECRETS_FOLDER, Settings, load_settings
from services.processes import PROCESSES

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
K8S = ROOT / "deploy/k8s/base"
ANCHORS = ROOT / "deploy/k8s/audit-anchors"
PROMETHEUS = ROOT / "deploy/prometheus"
DEPLOYED = [
    DOCKERFILE,
    COMPOSE_FILE,
    *sorted(K8S.glob("*")),
    *sorted(ANCHORS.glob("*")),
    *sorted(PROMETHEUS.glob("*")),
    *(ROOT / "deploy/secrets" / name for name in ("README.md", ".gitignore")),
]

PREFIX = str(Settings.model_config["env_prefix"])
HTTP_PORT = Settings.model_fields["http_port"].default
METRICS_PORT = Settings.model_fields["metrics_port"].default
SECRET_NAMES = {
    PREFIX + name.upper()
    for name, field in Settings.model_fields.items()
    if "Secret" in str(field.annotation)
}
OWN_ADDRESSES = {"compose": f"http://127.0.0.1:{HTTP_PORT}", "k8s": "https://carethread.example"}
LASTING = [name for name in PROCESSES if name != "migrate"]


class Process(NamedTuple):
    """One process as a deployment starts it."""

    where: str
    command: list[str]
    variables: dict[str, str]
    secret_files: list[PurePosixPath]
    image: str


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return loaded


def _manifests() -> list[dict[str, Any]]:
    files = [file for file in sorted(K8S.glob("*.yaml")) if file.name != "kustomization.yaml"]
    return [document for file in files for document in yaml.safe_load_all(file.read_text())]


def _kind(kind: str) -> list[dict[str, Any]]:
    return [document for document in _manifests() if document["kind"] == kind]


def _pods() -> list[dict[str, Any]]:
    return [each["spec"]["template"]["spec"] for kind in ("Job", "Deployment") for each in _kind(kind)]


def _compose_processes() -> list[Process]:
    return [
        Process(
            "compose",
            service["command"],
            service["environment"],
            [PurePosixPath(secret["target"]) for secret in service["secrets"]],
            service["image"],
        )
        for service in _compose()["services"].values()
        if "build" in service
    ]


def _k8s_processes() -> list[Process]:
    maps = {each["metadata"]["name"]: each["data"] for each in _kind("ConfigMap")}
    found = []
    for pod in _pods():
        (container,) = pod["containers"]
        mounted = {mount["name"]: PurePosixPath(mount["mountPath"]) for mount in container["volumeMounts"]}
        files = [
            mounted[volume["name"]] / item["path"]
            for volume in pod["volumes"]
            for item in volume.get("secret", {}).get("items", [])
        ]
        variables = {each["name"]: each["value"] for each in container.get("env", [])}
        for source in container["envFrom"]:
            variables |= maps[source["configMapRef"]["name"]]
        found.append(Process("k8s", container["args"], variables, files, container["image"]))
    return found


ALL = [*_compose_processes(), *_k8s_processes()]


@pytest.mark.parametrize("process", ALL, ids=lambda process: f"{process.where}-{process.command[0]}")
def test_each_process_gets_settings_that_load(
    process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    required = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    files = {file.name.upper() for file in process.secret_files}
    given = {name for name in process.variables if name.startswith(PREFIX)} | files

    assert given <= known
    assert required <= given
    assert files == SECRET_NAMES & required
    assert {file.parent for file in process.secret_files} == {PurePosixPath(SECRETS_FOLDER)}
    assert all(isinstance(value, str) for value in process.variables.values())

    for name in known:
        monkeypatch.delenv(name, raising=False)
    for name, value in process.variables.items():
        monkeypatch.setenv(name, value)
    for file in process.secret_files:
        (tmp_path / file.name).write_text(f"a stand-in for {file.name}\n")
    monkeypatch.setattr(settings, "SECRETS_FOLDER", tmp_path)
    loaded = load_settings()

    assert loaded.partnership_key.get_secret_value() == "a stand-in for carethread_partnership_key"
    assert (loaded.http_host, loaded.metrics_host) == ("0.0.0.0", "0.0.0.0")
    assert (loaded.http_port, loaded.metrics_port) == (HTTP_PORT, METRICS_PORT)
    assert loaded.own_address == OWN_ADDRESSES[process.where], "not where it listens: nobody finds it there"


@pytest.mark.parametrize("processes", [_compose_processes(), _k8s_processes()], ids=["compose", "k8s"])
def test_the_processes_are_those_the_code_knows_each_once(processes: list[Process]) -> None:
    assert sorted(process.command for process in processes) == sorted([name] for name in PROCESSES)


def test_each_is_named_as_the_process_it_runs() -> None:
    assert all(
        service["command"] == [name] for name, service in _compose()["services"].items() if "build" in service
    )
    for each in [*_kind("Job"), *_kind("Deployment")]:
        template = each["spec"]["template"]
        (name,) = template["spec"]["containers"][0]["args"]
        assert each["metadata"]["name"] == f"carethread-{name}"
        assert template["metadata"]["labels"]["app.kubernetes.io/component"] == name


def test_ports_are_the_settings_own() -> None:
    assert re.findall(r"^EXPOSE (.*)$", DOCKERFILE.read_text(), re.M) == [f"{HTTP_PORT} {METRICS_PORT}"]

    services = _compose()["services"]
    for name in LASTING:
        assert f"http://127.0.0.1:{METRICS_PORT}/readyz" in services[name]["healthcheck"]["test"][-1]
    for deployment in _kind("Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        web = {"http": HTTP_PORT} if container["name"] == "web" else {}
        assert ports == {"metrics": METRICS_PORT} | web
        for probe, path in (("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            assert container[probe]["httpGet"] == {"path": path, "port": "metrics"}

    named = {each["metadata"]["name"]: each["spec"] for each in _kind("Service")}
    assert [each["port"] for each in named["carethread-web"]["ports"]] == [HTTP_PORT]
    assert [each["port"] for each in named["carethread-metrics"]["ports"]] == [METRICS_PORT]
    assert named["carethread-metrics"]["clusterIP"] == "None"


def test_prometheus_watches_every_process_that_lasts() -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert sorted(found["names"]) == sorted(LASTING)
    assert found["port"] == METRICS_PORT
    assert all((PROMETHEUS / file).is_file() for file in config["rule_files"])
    absent = re.findall(r'absent\(up\{job="carethread", capability="(\w+)"\}\)', _rules_text())
    assert sorted(absent) == sorted(LASTING)


def test_alerts_use_metrics_that_exist() -> None:
    exported = set()
    for collector in vars(metrics).values():
        if isinstance(collector, MetricWrapperBase):
            (described,) = collector.describe()
            endings = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
            exported |= {described.name + ending for ending in endings[described.type]}

    rules = [rule for group in yaml.safe_load(_rules_text())["groups"] for rule in group["rules"]]
    used = {name for rule in rules for name in re.findall(r"\bcare_\w+", rule["expr"])}
    assert used
    assert used <= exported
    assert len({rule["alert"] for rule in rules}) == len(rules)


def test_no_topic_is_spelled_that_the_code_does_not_know() -> None:
    for file in DEPLOYED:
        for name in re.findall(r"[\w-]+(?:\.[\w-]+)+\.v\d+\b", file.read_text()):
            assert name in topics.CORE_TOPICS or topics.inbound({name}), f"{name} in {file.name}"


@pytest.mark.parametrize(
    "document", _manifests(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}"
)
def test_manifests_are_valid_kubernetes(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_kustomization_lists_the_files_that_are_there() -> None:
    kustomization = yaml.safe_load((K8S / "kustomization.yaml").read_text())
    there = {file.name for file in K8S.iterdir()} - {"kustomization.yaml"}
    assert sorted(kustomization["resources"]) == sorted(there)
    (namespace,) = _kind("Namespace")
    assert kustomization["namespace"] == namespace["metadata"]["name"]


def test_the_anchors_of_the_audit_are_on_a_volume_of_their_own() -> None:
    component, claim, patch = (
        yaml.safe_load((ANCHORS / f"{name}.yaml").read_text()) for name in ("kustomization", "volume", "web")
    )
    assert (component["resources"], component["patches"]) == (["volume.yaml"], [{"path": "web.yaml"}])
    kubernetes_validate.validate(claim, kubernetes_validate.latest_version(), strict=True)
    assert patch["metadata"]["name"] in [each["metadata"]["name"] for each in _kind("Deployment")]
    pod = patch["spec"]["template"]["spec"]
    (container,), (volume,) = pod["containers"], pod["volumes"]
    (variable,), (mount,) = container["env"], container["volumeMounts"]
    assert variable["name"] == f"{PREFIX}AUDIT_ANCHORS"
    assert "audit_anchors" in Settings.model_fields
    assert str(PurePosixPath(variable["value"]).parent) == mount["mountPath"]
    assert mount["name"] == volume["name"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"], "web has more than one pod"


def test_pods_are_as_little_as_they_can_be() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE.read_text(), re.M)
    for pod in _pods():
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["terminationGracePeriodSeconds"] == 30
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == int(user) > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]) == {"requests", "limits"}
    (record,) = [each for each in _kind("Deployment") if each["metadata"]["name"] == "carethread-record"]
    assert record["spec"]["replicas"] == 2


def test_only_monitoring_and_ingress_reach_a_pod() -> None:
    let_in = []
    for policy in _kind("NetworkPolicy"):
        assert policy["spec"]["policyTypes"] == ["Ingress"]
        component = policy["spec"]["podSelector"]["matchLabels"].get("app.kubernetes.io/component", "every")
        for rule in policy["spec"].get("ingress", []):
            (source,), (port,) = rule["from"], rule["ports"]
            (namespace,) = source["namespaceSelector"]["matchLabels"].values()
            let_in.append((component, namespace, port["port"]))
    assert sorted(let_in) == [("every", "monitoring", METRICS_PORT), ("web", "ingress", HTTP_PORT)]


def test_compose_publishes_two_ports_on_loopback_alone() -> None:
    compose = _compose()
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert published == {"web": [f"127.0.0.1:{HTTP_PORT}:{HTTP_PORT}"], "prometheus": ["127.0.0.1:9090:9090"]}
    assert compose["networks"]["core"] == {"internal": True}
    for name, service in compose["services"].items():
        assert service["networks"] == (["core", "edge"] if name in published else ["core"])


def test_compose_starts_nothing_before_the_migration_is_done() -> None:
    services = _compose()["services"]
    for name in LASTING:
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for engine in ("kafka", "postgres"):
        assert services["migrate"]["depends_on"][engine] == {"condition": "service_healthy"}
        assert services[engine]["healthcheck"]["test"]


def test_images_come_by_plain_name_and_fixed_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {process.image for process in ALL} == {f"{project['name']}:{project['version']}"}

    from_lines = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.M)
    images = [*from_lines, *(service["image"] for service in _compose()["services"].values())]
    for image in images:
        name, _, tag = image.partition(":")
        assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?", name), f"{image} names a registry"
        assert re.fullmatch(r"v?\d[\w.-]*", tag), f"{image} has no fixed version"


def test_the_image_gets_all_that_the_wheel_is_built_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"], *wheel["packages"], *wheel["force-include"]}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE.read_text(), re.M)
        for source in line.split()[:-1]
    }
    assert copied == needed | {"constraints.txt"}
    assert not [source for source in copied if not (ROOT / source).exists()]
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert copied <= let_through


def test_no_secret_is_in_any_file() -> None:
    compose = _compose()
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./deploy/secrets/{name}.txt"}
        ignored = subprocess.run(["git", "check-ignore", "-q", secret["file"]], cwd=ROOT, check=False)
        assert ignored.returncode == 0, f"{secret['file']} could be committed"
    for service in compose["services"].values():
        for variable in service.get("environment", {}):
            assert variable not in SECRET_NAMES
            assert "PASSWORD" not in variable or variable.endswith("_FILE")
    assert not _kind("Secret")
    assert not SECRET_NAMES & {name for each in _kind("ConfigMap") for name in each["data"]}
    assert not re.search(r"^(ARG|ENV).*(CARETHREAD_|PASSWORD|SECRET|KEY)", DOCKERFILE.read_text(), re.M)
    for file in DEPLOYED:
        assert not re.search(r"\w://[^\s:/@]*:(?!%s@)[^\s/@]+@", file.read_text()), (
            f"a password in {file.name}"
        )


def _rules_text() -> str:
    return (PROMETHEUS / "rules.yml").read_text()
