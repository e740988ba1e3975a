Attribute VB_Name = "RibbonPerfxl"
Option Explicit

' The buttons of the ribbon tab: each runs one function of perfxl.app.ribbon on the active workbook.
' ASCII only; what people read stands in the sheet perfxl.conf of this file (see settings.toml).

Private Const SETTINGS_SHEET As String = "perfxl.conf"
Private Const MOST_SETTINGS As Long = 60

Public Sub Validate(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.validate()"
End Sub

Public Sub FillTotals(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.fill_totals()"
End Sub

Public Sub MakeSummary(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.make_summary()"
End Sub

Public Sub AddProject(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.add_project()"
End Sub

Public Sub PreviousFinding(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.previous_finding()"
End Sub

Public Sub NextFinding(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.next_finding()"
End Sub

Public Sub ClearMarks(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.clear_marks()"
End Sub

Public Sub UndoFill(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.undo_fill()"
End Sub

Public Sub OpenReport(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.open_report()"
End Sub

Public Sub ShowHelp(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.show_help()"
End Sub

Public Sub About(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.about()"
End Sub

Private Sub RunButton(ByVal PythonCommand As String)
    Dim Problem As String
    On Error GoTo Failed
    Problem = WhyNot()
    If Problem <> "" Then
        Say Problem, ""
        Exit Sub
    End If
    ' -1: Python ended with an error, which xlwings has shown.
    If xlwings.RunPython(PythonCommand) = -1 Then
        Say "NOT_RUN", ""
    End If
    Exit Sub
Failed:
    Say "FAILED", Err.Description
End Sub

' The key of the message that says why no Python may be started now; "" when all is well.
Private Function WhyNot() As String
    If ActiveWorkbook Is Nothing Then
        WhyNot = "NO_WORKBOOK"
    ElseIf HasOddName() Then
        WhyNot = "ODD_NAME"
    ElseIf BringsCode() Then
        WhyNot = "FOREIGN_CODE"
    ElseIf BringsSettings() Then
        WhyNot = "FOREIGN_SETTINGS"
    ElseIf xlwings.FileExists(xlwings.GetDirectoryConfigFilePath()) Then
        WhyNot = "FOREIGN_FILE"
    ElseIf Interpreter() = "" Then
        ' xlwings would try any "python" on the PATH: the wrong one fails later, and in English.
        WhyNot = "NOT_INSTALLED"
    ElseIf OnMac() Then
        ' Excel for Mac may not look outside of its sandbox without asking.
        WhyNot = ""
    ElseIf Not xlwings.FileExists(Interpreter()) Then
        WhyNot = "NO_INTERPRETER"
    End If
End Function

' xlwings hands the name over on a command line: these characters mean something else there.
Private Function HasOddName() As Boolean
    Dim Odd As String
    Dim Place As Long
    Odd = "=;%"
    If OnMac() Then
        Odd = "=;$`\|" & Chr(34)
    End If
    For Place = 1 To Len(Odd)
        If InStr(ActiveWorkbook.FullName, Mid(Odd, Place, 1)) > 0 Then
            ' A workbook in OneDrive has an address instead of a path, in which % is common.
            If Mid(Odd, Place, 1) <> "%" Or InStr(ActiveWorkbook.FullName, "://") = 0 Then
                HasOddName = True
            End If
        End If
    Next Place
End Function

' xlwings would take a sheet with such a name for Python code, and run that instead.
Private Function BringsCode() As Boolean
    Dim Sheet As Object
    For Each Sheet In ActiveWorkbook.Worksheets
        If LCase(Right(Sheet.Name, 3)) = ".py" Then
            BringsCode = True
        End If
    Next Sheet
End Function

' xlwings takes settings from the active workbook before all others. Somebody else's workbook could
' name any program as the interpreter, so it may only repeat the settings of this file.
Private Function BringsSettings() As Boolean
    Dim Sheet As Object
    For Each Sheet In ActiveWorkbook.Worksheets
        If LCase(Sheet.Name) = SETTINGS_SHEET Then
            BringsSettings = Differs(Sheet)
        End If
    Next Sheet
End Function

Private Function Differs(ByVal Sheet As Object) As Boolean
    Dim Row As Long
    Dim Last As Long
    Dim Key As String
    Last = Sheet.UsedRange.Row + Sheet.UsedRange.Rows.Count - 1
    If Last > MOST_SETTINGS Then
        Differs = True
        Exit Function
    End If
    For Row = 1 To Last
        Key = UCase(CStr(Sheet.Cells(Row, 1).Value))
        If Left(Key, 8) <> "MESSAGE_" And Key <> "XLWINGS_VERSION" Then
            If CStr(Sheet.Cells(Row, 2).Value) <> Setting(Key) Then
                Differs = True
            End If
        End If
    Next Row
End Function

Private Function Interpreter() As String
    If OnMac() Then
        Interpreter = xlwings.GetConfig("INTERPRETER_MAC")
    Else
        Interpreter = xlwings.GetConfig("INTERPRETER_WIN")
    End If
End Function

Private Function OnMac() As Boolean
    On Error Resume Next
    OnMac = InStr(Application.OperatingSystem, "Mac") > 0
End Function

Private Sub Say(ByVal Key As String, ByVal Detail As String)
    Dim Text As String
    Text = Setting("MESSAGE_" & Key)
    If Text = "" Then
        Text = Key & " {0}"
    End If
    MsgBox Replace(Text, "{0}", Detail), vbExclamation, Setting("MESSAGE_TITLE")
End Sub

' A row of this file's settings sheet; "" when it has none.
Private Function Setting(ByVal Key As String) As String
    Dim Sheet As Object
    Dim Row As Long
    Set Sheet = ThisWorkbook.Worksheets(SETTINGS_SHEET)
    For Row = 1 To MOST_SETTINGS
        If UCase(CStr(Sheet.Cells(Row, 1).Value)) = Key Then
            Setting = CStr(Sheet.Cells(Row, 2).Value)
            Exit Function
        End If
    Next Row
End Function
