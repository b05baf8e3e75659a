using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;

namespace Corten.Build.Tests.Dockerfile.Checks;

public class SyntaxChecksTests
{
    private static IEnumerable<string> Check(string source)
    {
        var report = new CheckReport();
        InstructionParser.Parse(source, report);
        return report.Findings.Select(f => $"{f.Rule.Name}:{f.Range.Start}: {f.Message}");
    }

    [Theory]
    [InlineData("FROM a AS Bee", "StageNameCasing:1: Stage name 'Bee' should be lowercase")]
    [InlineData("FROM a as b", "FromAsCasing:1: 'as' and 'FROM' keywords' casing do not match")]
    [InlineData("FROM a\nRUN x \\\n\n y", "NoEmptyContinuation:4: Empty continuation line")]
    [InlineData("FROM a\nRUN x\nrun y", "ConsistentInstructionCasing:3: Command 'run' should match the case of the command majority (uppercase)")]
    [InlineData("from a\nRun x", "ConsistentInstructionCasing:2: Command 'Run' should match the case of the command majority (lowercase)")]
    [InlineData("FROM a AS b\nFROM c AS b", "DuplicateStageName:2: Duplicate stage name \"b\", stage names should be unique")]
    [InlineData("FROM a AS scratch", "ReservedStageName:1: Stage name should not use the same name as reserved stage \"scratch\"")]
    [InlineData("FROM a\nMAINTAINER me", "MaintainerDeprecated:2: Maintainer instruction is deprecated in favor of using label")]
    [InlineData("# check=experimental=all\n# wrong\nFROM a AS b", "InvalidDefinitionDescription:3: Comment for FROM should follow the format: `# b <description>`")]
    public void Finds(string source, string finding) => Assert.Equal([finding], Check(source));

    [Theory]
    [InlineData("# check=skip=all\nFROM a as B")]
    [InlineData("# check=skip=FromAsCasing, StageNameCasing\nFROM a as B")]
    [InlineData("FROM a\n# check=skip=MaintainerDeprecated\nMAINTAINER me")]
    [InlineData("# wrong\nFROM a AS b")]
    public void Skips(string source) => Assert.Empty(Check(source));
}
