using System.Reflection;
using System.Xml;

namespace ChatServer.Tests;

/// <summary>Results are told as XML: a test whose name cannot stand in it is run, and neither its success nor its failure is heard of.</summary>
public sealed class TestNameTests
{
    [Test]
    public void Every_test_has_a_name_by_which_it_can_be_told_of()
    {
        var unheard =
            from type in GetType().Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            from testCase in method.GetCustomAttributes<TestCaseAttribute>()
            where testCase.TestName is null && testCase.Arguments.OfType<string>().Any(argument => argument.Any(letter => !XmlConvert.IsXmlChar(letter) && !char.IsSurrogate(letter)))
            select $"{type.Name}.{method.Name}";

        Assert.That(unheard, Is.Empty);
    }
}
