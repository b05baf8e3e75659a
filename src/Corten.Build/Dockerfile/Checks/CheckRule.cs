namespace Corten.Build.Dockerfile.Checks;

/// <summary>A thing that a check looks for. Names, descriptions and links of the stock front end's rules are its own; those of ours have no link.</summary>
/// <param name="Name">What directives skip it by.</param>
/// <param name="Description">Why it matters, in a sentence.</param>
/// <param name="Url">Where it is explained; empty for none.</param>
/// <param name="OptIn">Reported only if <c>experimental=</c> names it.</param>
/// <param name="Practice">A recommendation of ours: shown by <c>--check</c>, not during builds, so that stock clients see what they know.</param>
public sealed record CheckRule(string Name, string Description, string Url, bool OptIn = false, bool Practice = false);

/// <summary>All rules.</summary>
public static class CheckRules
{
    private const string Docs = "https://docs.docker.com/go/dockerfile/rule/";

    public static readonly CheckRule StageNameCasing = new("StageNameCasing", "Stage names should be lowercase", Docs + "stage-name-casing/");
    public static readonly CheckRule FromAsCasing = new("FromAsCasing",
        "The 'as' keyword should match the case of the 'from' keyword", Docs + "from-as-casing/");
    public static readonly CheckRule NoEmptyContinuation = new("NoEmptyContinuation",
        "Empty continuation lines will become errors in a future release", Docs + "no-empty-continuation/");
    public static readonly CheckRule ConsistentInstructionCasing = new("ConsistentInstructionCasing",
        "All commands within the Dockerfile should use the same casing (either upper or lower)", Docs + "consistent-instruction-casing/");
    public static readonly CheckRule DuplicateStageName = new("DuplicateStageName", "Stage names should be unique", Docs + "duplicate-stage-name/");
    public static readonly CheckRule ReservedStageName = new("ReservedStageName",
        "Reserved words should not be used as stage names", Docs + "reserved-stage-name/");
    public static readonly CheckRule JsonArgsRecommended = new("JSONArgsRecommended",
        "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals", Docs + "json-args-recommended/");
    public static readonly CheckRule MaintainerDeprecated = new("MaintainerDeprecated",
        "The MAINTAINER instruction is deprecated, use a label instead to define an image author", Docs + "maintainer-deprecated/");
    public static readonly CheckRule UndefinedArgInFrom = new("UndefinedArgInFrom", "FROM command must use declared ARGs", Docs + "undefined-arg-in-from/");
    public static readonly CheckRule WorkdirRelativePath = new("WorkdirRelativePath",
        "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
        Docs + "workdir-relative-path/");
    public static readonly CheckRule UndefinedVar = new("UndefinedVar", "Variables should be defined before their use", Docs + "undefined-var/");
    public static readonly CheckRule MultipleInstructionsDisallowed = new("MultipleInstructionsDisallowed",
        "Multiple instructions of the same type should not be used in the same stage", Docs + "multiple-instructions-disallowed/");
    public static readonly CheckRule LegacyKeyValueFormat = new("LegacyKeyValueFormat",
        "Legacy key/value format with whitespace separator should not be used", Docs + "legacy-key-value-format/");
    public static readonly CheckRule InvalidBaseImagePlatform = new("InvalidBaseImagePlatform",
        "Base image platform does not match expected target platform", "");
    public static readonly CheckRule RedundantTargetPlatform = new("RedundantTargetPlatform",
        "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior", Docs + "redundant-target-platform/");
    public static readonly CheckRule SecretsUsedInArgOrEnv = new("SecretsUsedInArgOrEnv",
        "Sensitive data should not be used in the ARG or ENV commands", Docs + "secrets-used-in-arg-or-env/");
    public static readonly CheckRule InvalidDefaultArgInFrom = new("InvalidDefaultArgInFrom",
        "Default value for global ARG results in an empty or invalid base image name", Docs + "invalid-default-arg-in-from/");
    public static readonly CheckRule FromPlatformFlagConstDisallowed = new("FromPlatformFlagConstDisallowed",
        "FROM --platform flag should not use a constant value", Docs + "from-platform-flag-const-disallowed/");
    public static readonly CheckRule CopyIgnoredFile = new("CopyIgnoredFile",
        "Attempting to Copy file that is excluded by .dockerignore", Docs + "copy-ignored-file/");
    public static readonly CheckRule InvalidDefinitionDescription = new("InvalidDefinitionDescription",
        "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a "
        + "description comment, add an empty line or comment between the instruction and the comment.",
        Docs + "invalid-definition-description/", OptIn: true);
    public static readonly CheckRule ExposeProtoCasing = new("ExposeProtoCasing",
        "Protocol in EXPOSE instruction should be lowercase", Docs + "expose-proto-casing/");
    public static readonly CheckRule ExposeInvalidFormat = new("ExposeInvalidFormat",
        "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release",
        Docs + "expose-invalid-format/");

    // Ours: the best practices of the usual guides.
    public static readonly CheckRule LatestBaseImage = new("LatestBaseImage",
        "A base image without a fixed tag changes under the build: the same Dockerfile gives another image tomorrow", "", Practice: true);
    public static readonly CheckRule RunsAsRoot = new("RunsAsRoot",
        "Without USER the program runs as root, and a flaw in it has root's rights in the container", "", Practice: true);
    public static readonly CheckRule UnpinnedPackage = new("UnpinnedPackage",
        "Packages without a version make the result depend on the day of the build", "", Practice: true);
    public static readonly CheckRule CopyBeforeDependencies = new("CopyBeforeDependencies",
        "Copying all sources before the dependencies are installed installs them again after every change", "", Practice: true);
    public static readonly CheckRule MissingHealthcheck = new("MissingHealthcheck",
        "Without HEALTHCHECK nobody notices a service that hangs", "", Practice: true);
    public static readonly CheckRule MissingIgnoreFile = new("MissingIgnoreFile",
        "Without .dockerignore the whole folder is copied: history, local settings and secrets included", "", Practice: true);
}
